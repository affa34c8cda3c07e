package import PatchbayJSON

/// A node as the document says it, each part read and of the right type.
package struct WorkflowNode: Sendable, Equatable {
    /// Letters, digits, `_` and `-`, at most 64; unique in the document.
    package let id: String
    package let kind: NodeKind
    /// `input` of an action, `config` of everything else; an empty object when absent.
    package let parameters: JSON
    /// `connector@version/action` of an action; the version may be missing or a range.
    package let uses: String?
    /// Name of a credential.
    package let credential: String?
    /// Milliseconds.
    package let timeout: Int64?
    package let retry: RetryPolicy?
    package let onError: FailureStrategy
    /// What the output is after a failure, where `onError` is `fallback`.
    package let fallback: JSON?
    package let compensation: WorkflowCompensation?
    /// The graphs inside a container.
    package var bodies: [WorkflowBody]
    /// Where its parts stand in the document as it was given.
    package let pointers: Pointers
    /// The node in canonical form without its bodies, editor members included.
    private var own: JSONObject

    /// JSON pointers into the document as it was given.
    package struct Pointers: Sendable, Equatable {
        package var node: String
        package var uses: String
        package var parameters: String
    }

    init(
        id: String, kind: NodeKind, parameters: JSON, uses: String?, credential: String?, timeout: Int64?,
        retry: RetryPolicy?, onError: FailureStrategy, fallback: JSON?, compensation: WorkflowCompensation?,
        bodies: [WorkflowBody], pointers: Pointers, json: JSONObject
    ) {
        self.id = id
        self.kind = kind
        self.parameters = parameters
        self.uses = uses
        self.credential = credential
        self.timeout = timeout
        self.retry = retry
        self.onError = onError
        self.fallback = fallback
        self.compensation = compensation
        self.bodies = bodies
        self.pointers = pointers
        own = json
    }

    /// The node in canonical form, editor members included.
    package var json: JSONObject {
        var json = own
        guard kind != .parallel else {
            json["branches"] = .object(bodies.reduce(into: JSONObject()) { $0[$1.name] = $1.json })
            return json
        }
        for body in bodies { json[body.name] = body.json }
        return json
    }

    /// Writes the exact version into the canonical form.
    package mutating func pin(_ reference: OperationReference) { own["uses"] = .string(reference.description) }

    /// Writes the exact version of what undoes the step into the canonical form.
    package mutating func pinCompensation(_ reference: OperationReference) {
        guard case .object(var object)? = own["compensate"] else { return }
        object["uses"] = .string(reference.description)
        own["compensate"] = .object(object)
    }

    /// Writes the exact version of a sub-workflow into the canonical form.
    package mutating func pin(workflow: WorkflowID, version: Int) {
        guard case .object(var config)? = own["config"] else { return }
        config["workflow"] = .string(workflow.description)
        config["version"] = .int(Int64(version))
        own["config"] = .object(config)
    }

    /// The node and everything in its bodies, each container before what stands in it.
    package var all: [WorkflowNode] { [self] + bodies.flatMap { $0.nodes.flatMap(\.all) } }
}
