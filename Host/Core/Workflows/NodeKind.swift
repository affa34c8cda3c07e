/// What a node does; the words of a document's `type`.
package enum NodeKind: String, Sendable, CaseIterable {
    /// Starts a run when somebody asks for it.
    case manual
    /// Starts a run for each delivery to its endpoint.
    case webhook
    /// Starts a run when it is time.
    case schedule
    /// Starts a run for each item that a connector tells to be new.
    case poll
    /// Starts a run when one of another workflow has failed.
    case error
    /// Calls a connector's action.
    case action
    /// Goes on through port "true" or "false".
    case condition
    /// Goes on through the port of the first case that fits.
    case `switch`
    /// Runs its body for each element of a list, or while a condition holds.
    case loop
    /// Runs several bodies beside each other.
    case parallel
    /// Brings ways together: when all have ended, or as soon as enough were followed.
    case merge
    /// Makes one value of what several nodes gave.
    case aggregate
    /// Gives a value that an expression makes of another.
    case transform
    /// Gives a value that it computes.
    case set
    /// Lets time pass, or waits for an event.
    case wait
    /// Runs another workflow.
    case workflow
    /// Asks people to decide.
    case human
    /// Runs its body, deals with its failure, and tidies up.
    case `try`
    /// Answers whoever started the run and waits.
    case respond
    /// Ends the run.
    case stop
    /// Says something to people, and is never carried out.
    case note

    package var isTrigger: Bool {
        switch self {
        case .manual, .webhook, .schedule, .poll, .error: true
        default: false
        }
    }

    /// Whether the node names an operation of a connector, and a credential for it.
    package var usesConnector: Bool { self == .action || self == .poll }

    /// Whether it may name one.
    package var mayUseConnector: Bool { usesConnector || self == .webhook }

    /// The document's member with what the node works on.
    package var parameters: String { self == .action ? "input" : "config" }

    /// Whether the node takes time, so that `timeout` has a meaning.
    package var takesTime: Bool {
        switch self {
        case .action, .loop, .parallel, .workflow, .try: true
        default: false
        }
    }

    /// Whether another attempt may turn out differently, so that `retry` has a meaning.
    package var isRetryable: Bool { takesTime }

    /// Whether the node changes something that can be undone, so that `compensate` has a meaning.
    package var isCompensable: Bool { self == .action || self == .workflow }

    /// The members that hold graphs of their own; an object of graphs for `branches`.
    package var bodies: [String] {
        switch self {
        case .loop: ["body"]
        case .parallel: ["branches"]
        case .try: ["body", "catch", "finally"]
        default: []
        }
    }
}
