package import PatchbayCore
package import PatchbayExpressions

/// A node with everything a run needs of it.
package struct PlannedNode: Sendable {
    package enum Kind: Sendable {
        /// Starts a run; `kind` is the document's word: "manual", "webhook".
        case trigger(kind: String)
        case action(PlannedAction)
        /// Evaluates to a boolean; the run follows port "true" or "false".
        case condition(CompiledValue)
        /// Its output is the value.
        case set(CompiledValue)
    }

    /// An edge, seen from one of its ends.
    package struct Link: Sendable, Hashable {
        /// Where the other end stands in `Plan.nodes`.
        package var node: Int
        /// The source's port; nil for a node that has one way out.
        package var port: String?

        package init(node: Int, port: String? = nil) {
            self.node = node
            self.port = port
        }
    }

    package let id: String
    package let kind: Kind
    /// From the nodes before it.
    package let incoming: [Link]
    /// To the nodes behind it.
    package let outgoing: [Link]
    /// Milliseconds an attempt may take; nil: what the action declares.
    package let timeout: Int64?
    package let retry: RetryPolicy
    package let onError: FailureStrategy

    package init(
        id: String, kind: Kind, incoming: [Link] = [], outgoing: [Link] = [], timeout: Int64? = nil,
        retry: RetryPolicy = .none, onError: FailureStrategy = .fail
    ) {
        self.id = id
        self.kind = kind
        self.incoming = incoming
        self.outgoing = outgoing
        self.timeout = timeout
        self.retry = retry
        self.onError = onError
    }

    package var isTrigger: Bool {
        if case .trigger = kind { true } else { false }
    }
}

/// What an action node calls.
package struct PlannedAction: Sendable {
    package let declaration: OperationDeclaration
    package let input: CompiledValue
    /// Name of the tenant's credential.
    package let credential: String?

    package init(declaration: OperationDeclaration, input: CompiledValue, credential: String? = nil) {
        self.declaration = declaration
        self.input = input
        self.credential = credential
    }
}
