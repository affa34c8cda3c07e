package import PatchbayJSON

/// What a person is asked: a node's configuration after its expressions were evaluated. It stands in the run's journal and
/// beside the task as JSON.
package struct HumanTask: Sendable, Equatable {
    /// People that may be asked at a time, after roles and groups were looked up.
    package static let mostPeople = 100
    /// Milliseconds of the longest time limit: 90 days.
    package static let longestTimeout: Int64 = 90 * 86_400_000
    /// Of one that says nothing: 7 days.
    package static let standardTimeout: Int64 = 7 * 86_400_000
    /// Bytes of JSON text that are shown to those who decide, and that a form may hold.
    package static let largestPayload = 64 << 10
    package static let longestTitle = 200
    package static let longestDetails = 10_000
    /// The port of a task whose time was over.
    package static let timeoutPort = "timeout"

    /// A way to decide; its value is the port on which the run goes on.
    package struct Option: Sendable, Equatable {
        package enum Style: String, Sendable, CaseIterable { case success, danger, primary, neutral }

        package var label: String
        package var value: String
        package var style: Style
        /// Whether it is a refusal, for which no quorum is needed: it is decided when nothing else can be any more.
        package var rejects: Bool

        package init(label: String, value: String, style: Style = .neutral, rejects: Bool = false) {
            self.label = label
            self.value = value
            self.style = style
            self.rejects = rejects
        }
    }

    /// How many have to choose the same.
    package enum Quorum: Sendable, Equatable {
        /// Whoever decides first.
        case any
        /// Everybody who is asked.
        case all
        case count(Int)
    }

    /// What happens when nobody has decided for some time.
    package struct Escalation: Sendable, Equatable {
        package enum Step: Sendable, Equatable {
            /// Those who are asked and have not decided are told again.
            case remind
            /// Others are told, who cannot decide by that.
            case notify([Assignee])
            /// Others are asked in place of those who were.
            case reassign([Assignee])
            /// It is decided by itself.
            case decide(String)
        }

        /// Milliseconds after the task was opened.
        package var after: Int64
        package var step: Step

        package init(after: Int64, step: Step) {
            self.after = after
            self.step = step
        }
    }

    package var title: String
    package var details: String
    /// What is to be decided about, shown to those who decide; kept with each decision.
    package var payload: JSON
    package var assignees: [Assignee]
    package var options: [Option]
    /// JSON Schema of what a decision comes with; nil: nothing.
    package var form: JSON?
    /// Milliseconds.
    package var timeout: Int64
    /// In the order of their times.
    package var escalation: [Escalation]
    package var quorum: Quorum
    /// The address of who wants it; takes no part where `excludesRequester`.
    package var requester: String?
    package var excludesRequester: Bool
    /// Whether those who are asked get letters.
    package var sendsMail: Bool
    /// Nil: nobody is asked in Slack.
    package var slack: SlackPlace?

    package init(
        title: String, details: String = "", payload: JSON = .null, assignees: [Assignee],
        options: [Option] = Self.yesNo,
        form: JSON? = nil, timeout: Int64 = Self.standardTimeout, escalation: [Escalation] = [], quorum: Quorum = .any,
        requester: String? = nil, excludesRequester: Bool = false, sendsMail: Bool = true,
        slack: SlackPlace? = nil
    ) {
        self.title = title
        self.details = details
        self.payload = payload
        self.assignees = assignees
        self.options = options
        self.form = form
        self.timeout = timeout
        self.escalation = escalation
        self.quorum = quorum
        self.requester = requester
        self.excludesRequester = excludesRequester
        self.sendsMail = sendsMail
        self.slack = slack
    }

    /// The options of a node that names none.
    package static let yesNo = [
        Option(label: "Approve", value: "approved", style: .success),
        Option(label: "Reject", value: "rejected", style: .danger, rejects: true),
    ]

    package func option(_ value: String) -> Option? { options.first { $0.value == value } }
}
