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
        case choice(PlannedChoice)
        case loop(PlannedLoop)
        case parallel(PlannedParallel)
        case attempt(PlannedAttempt)
        case merge(PlannedMerge)
        case aggregate(PlannedAggregate)
        case transform(PlannedTransform)
        /// Its output is the value.
        case set(CompiledValue)
        case wait(PlannedWait)
        case workflow(PlannedWorkflow)
        indirect case human(PlannedHuman)
        /// Gives {"status", "headers", "body"}.
        case respond(CompiledValue)
        case stop(PlannedStop)
        /// Is skipped, and with it what only it leads to.
        case note
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

    /// Which graph of which container the node stands in.
    package struct Body: Sendable, Hashable {
        /// Where the container stands in `Plan.nodes`.
        package var owner: Int
        /// `body`, `catch`, `finally`, or a branch's name.
        package var name: String

        package init(owner: Int, name: String) {
            self.owner = owner
            self.name = name
        }
    }

    package let id: String
    package let kind: Kind
    /// Nil at the top.
    package let body: Body?
    /// From the nodes before it.
    package let incoming: [Link]
    /// To the nodes behind it.
    package let outgoing: [Link]
    /// Milliseconds an attempt may take; nil: what the action declares, and for all others as long as the run.
    package let timeout: Int64?
    package let retry: RetryPolicy
    package let onError: FailureStrategy
    /// The output after a failure, where `onError` is `fallback`.
    package let fallback: CompiledValue?
    /// What undoes the step.
    package let compensation: PlannedCompensation?

    package init(
        id: String, kind: Kind, body: Body? = nil, incoming: [Link] = [], outgoing: [Link] = [], timeout: Int64? = nil,
        retry: RetryPolicy = .none, onError: FailureStrategy = .fail, fallback: CompiledValue? = nil,
        compensation: PlannedCompensation? = nil
    ) {
        self.id = id
        self.kind = kind
        self.body = body
        self.incoming = incoming
        self.outgoing = outgoing
        self.timeout = timeout
        self.retry = retry
        self.onError = onError
        self.fallback = fallback
        self.compensation = compensation
    }

    package var isTrigger: Bool {
        if case .trigger = kind { true } else { false }
    }

    var isNote: Bool {
        if case .note = kind { true } else { false }
    }

    /// How many of the ways to it have to be followed for a merge to go on, not waiting for the others; nil for every
    /// node that waits for all.
    var needed: Int? {
        if case .merge(let merge) = kind { merge.needed } else { nil }
    }
}

/// What an action node calls.
package struct PlannedAction: Sendable {
    package var declaration: OperationDeclaration { declared.operation }
    /// By reference, for there is much in it, and nodes are copied often.
    private let declared: Declared
    package let input: CompiledValue
    /// Name of the tenant's credential.
    package let credential: String?

    package init(declaration: OperationDeclaration, input: CompiledValue, credential: String? = nil) {
        declared = Declared(declaration)
        self.input = input
        self.credential = credential
    }

    private final class Declared: Sendable {
        let operation: OperationDeclaration

        init(_ operation: OperationDeclaration) { self.operation = operation }
    }
}

/// What is called to undo a step. Its input is evaluated when the step completes.
package struct PlannedCompensation: Sendable {
    package let action: PlannedAction
    /// Milliseconds an attempt may take; nil: what the action declares.
    package let timeout: Int64?
    package let retry: RetryPolicy

    package init(action: PlannedAction, timeout: Int64? = nil, retry: RetryPolicy = Self.persistent) {
        self.action = action
        self.timeout = timeout
        self.retry = retry
    }

    /// What is undone badly stays wrong: it is tried more often than what can still fail.
    package static let persistent = RetryPolicy(attempts: 5)
}
