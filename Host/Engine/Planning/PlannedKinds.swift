package import PatchbayCore
package import PatchbayExpressions
package import PatchbayJSON

/// Which way to go on: the first case that fits.
package struct PlannedChoice: Sendable {
    package struct Case: Sendable {
        package let port: String
        package let test: Test
    }

    package enum Test: Sendable {
        /// Gives true or false.
        case condition(CompiledValue)
        /// The value is one of these.
        case oneOf([CompiledValue])
    }

    /// What the cases without a condition are compared with; its value is the step's output.
    package let value: CompiledValue?
    package let cases: [Case]

    /// The way when no case fits.
    package static let fallback = "default"
}

/// How a body is repeated.
package struct PlannedLoop: Sendable {
    package enum Over: Sendable {
        /// A list; the body runs for each element.
        case items(CompiledValue)
        /// The body runs, one time after the other, as long as this gives true.
        case condition(CompiledValue)
    }

    package let over: Over
    /// Iterations under way at the same time; 1 for conditions.
    package let concurrency: Int
    /// The most iterations; more fail the step.
    package let most: Int
    /// Whether the others go on after one has failed.
    package let continues: Bool
}

/// Bodies that run beside each other.
package struct PlannedParallel: Sendable {
    package let concurrency: Int
    /// Whether the others go on after one has failed.
    package let continues: Bool
}

/// A body with what is done when it fails, and what is done at last in any case.
package struct PlannedAttempt: Sendable {
    package let hasCatch: Bool
    package let hasFinally: Bool
}

/// Where ways come together.
package struct PlannedMerge: Sendable {
    /// How many of the ways are enough; nil: all are waited for.
    package let needed: Int?
    /// Whether those are broken off that are superfluous when enough ways have come: the nodes that lead only here.
    package let cutsRest: Bool
}

/// One value of several.
package struct PlannedAggregate: Sendable {
    package enum Form: String, Sendable, CaseIterable {
        /// {node: output}
        case object
        /// [output, …] in the order of the edges
        case list
        /// One list of all elements.
        case concat
        /// One object of all members; later ones win.
        case merge
    }

    package let form: Form
    /// What is put together; nil: the outputs of the nodes that lead here and were followed.
    package let values: CompiledValue?
}

/// A value made of another.
package enum PlannedTransform: Sendable {
    case value(CompiledValue)
    case jmespath(JMESPath, of: CompiledValue)
}

/// What a step waits for.
package struct PlannedWait: Sendable {
    package enum Until: Sendable {
        /// A text such as "5m".
        case duration(CompiledValue)
        /// RFC 3339 text.
        case moment(CompiledValue)
        /// An event of this name whose payload has these members; with a key, one of that key.
        case event(name: CompiledValue, match: CompiledValue?, key: CompiledValue?, timeout: Int64)
    }

    package let until: Until

    /// How long an event is waited for when nobody says: 7 days.
    package static let longestForEvent: Int64 = 7 * 86_400_000
}

/// Another workflow that is run.
package struct PlannedWorkflow: Sendable {
    package let workflow: WorkflowID
    package let version: Int?
    package let input: CompiledValue
    /// Whether its end is waited for.
    package let awaits: Bool

    /// Runs above one another; the run at the top is none of them.
    package static let mostDepth = 8
}

/// What people are asked.
package struct PlannedHuman: Sendable {
    package struct Step: Sendable {
        package enum Action: Sendable, Equatable {
            case remind, notify, reassign
            /// The value of an option.
            case decide(String)
        }

        /// Milliseconds after the task was opened.
        package let after: Int64
        package let action: Action
        /// Where it stands in the document.
        let place: Int
    }

    /// {title, details, payload, assignees, requester, escalation}, as far as the node has them.
    package let template: CompiledValue
    package let options: [HumanTask.Option]
    package let form: JSON?
    package let timeout: Int64
    /// In the order of their times.
    package let steps: [Step]
    package let quorum: HumanTask.Quorum
    package let excludesRequester: Bool
    package let sendsMail: Bool
    package let slack: SlackPlace?
}

/// How a run is ended.
package struct PlannedStop: Sendable {
    package let isFailure: Bool
    /// The run's output, or the message of its error.
    package let value: CompiledValue
}
