import PatchbayCore
import PatchbayJSON

/// What a node of n8n becomes, before it has a place in a graph.
struct NodeDraft {
    enum Scope {
        /// Runs are started here.
        case trigger
        /// Once for each item that comes in.
        case item
        /// Once for all items that come in.
        case all
    }

    enum Gives {
        /// What came in.
        case input
        /// One item for each time it runs.
        case value
        /// Several items.
        case list
    }

    struct Output {
        /// The way out here; nil: there is one only.
        var port: String?
        var gives: Gives
        /// From the step's output to what n8n's node gives: `.body`.
        var suffix: String
        /// Where members stand elsewhere; of the source that it is called with.
        var shape: (@Sendable (String) -> Shape)?

        init(
            _ gives: Gives, port: String? = nil, suffix: String = "", shape: (@Sendable (String) -> Shape)? = nil
        ) {
            (self.gives, self.port, self.suffix, self.shape) = (gives, port, suffix, shape)
        }
    }

    var kind: NodeKind
    var scope: Scope
    /// All members but id, name, type.
    var members: JSONObject
    var outputs: [Output]
    /// Members of further triggers of the same kind.
    var others: [JSONObject] = []
    /// Of a trigger: how its data is read; nil: as `trigger.body`.
    var trigger: Items?

    init(_ kind: NodeKind, _ scope: Scope, config: JSONObject, gives: Output...) {
        self.kind = kind
        self.scope = scope
        members = config.isEmpty && kind.isTrigger ? [:] : [kind.parameters: .object(config)]
        outputs = gives.isEmpty ? [Output(.value)] : gives
    }

    /// An action of a connector.
    static func action(
        _ uses: String, _ input: JSONObject, credential: String?, gives: Output..., scope: Scope = .item
    ) -> NodeDraft {
        var draft = NodeDraft(.action, scope, config: input)
        draft.members = ["uses": .string(uses)]
        if let credential { draft.members["credential"] = .string(credential) }
        draft.members["input"] = .object(input)
        draft.outputs = gives.isEmpty ? [Output(.value)] : gives
        return draft
    }
}
