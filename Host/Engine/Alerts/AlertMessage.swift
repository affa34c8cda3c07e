package import PatchbayCore
import PatchbayJSON

/// What people are told of an alert. Pure.
package struct AlertMessage: Sendable {
    private let rule: AlertRule
    private let change: AlertChange
    private let measure: AlertMeasure
    private let at: Timestamp

    package init(_ change: AlertChange, of rule: AlertRule, _ measure: AlertMeasure, at moment: Timestamp) {
        self.rule = rule
        self.change = change
        self.measure = measure
        at = moment
    }

    /// A sample that looks like a message of the alert, whatever its runs are like.
    package static func sample(of rule: AlertRule, at moment: Timestamp) -> AlertMessage {
        AlertMessage(
            AlertChange(.test, isTold: true), of: rule, AlertMeasure(holds: false, value: rule.value), at: moment)
    }

    /// The event, and the notices that go with it: one for each recipient.
    package func made(_ id: AlertEventID) -> (event: AlertEvent, notices: [NewNotice]) {
        var notices: [NewNotice] = []
        if change.isTold {
            for target in rule.draft.targets {
                notices += self.notices(to: target, id, from: notices.count)
            }
        }
        let event = AlertEvent(
            id: id, alert: rule.id, at: at, kind: change.kind, value: measure.value, unheard: change.unheard,
            runs: Array(measure.runs.prefix(Self.shownRuns)),
            messages: notices.map { .init(key: $0.key, channel: $0.channel, recipient: $0.recipient) })
        return (event, notices)
    }

    private static let shownRuns = 5

    private func notices(to target: AlertTarget, _ id: AlertEventID, from number: Int) -> [NewNotice] {
        var data: JSONObject = ["subject": "alert", "title": .string(title), "text": .string(text)]
        if let credential = target.credential { data["credential"] = .string(credential) }
        let (channel, recipients): (NewNotice.Channel, [String])
        switch target {
        case .email(let addresses): (channel, recipients) = (.mail, addresses)
        case .slack(let place, _): (channel, recipients) = (.slack, [place])
        case .webhook(let url, _):
            (channel, recipients) = (.webhook, [url])
            data["body"] = body(id)
        }
        return recipients.enumerated().map {
            NewNotice(key: "alert:\(id):\(number + $0.offset)", channel: channel, to: $0.element, data: .object(data))
        }
    }

    // MARK: For programs

    private func body(_ id: AlertEventID) -> JSON {
        let draft = rule.draft
        return [
            "id": .string(id.description), "event": .string("alert.\(change.kind.rawValue)"),
            "at": .string(at.description),
            "alert": [
                "id": .string(rule.id.description), "name": .string(draft.name), "condition": draft.condition.json,
                "workflow_id": draft.scope.workflow.map { .string($0.description) } ?? .null,
                "tag": draft.scope.tag.map(JSON.string) ?? .null,
            ],
            "since": change.since.map { .string($0.description) } ?? .null,
            "value": measure.value.map(JSON.int) ?? .null, "unit": .string(draft.condition.kind.unit.rawValue),
            "unheard": .int(Int64(change.unheard)),
            "run_ids": .array(measure.runs.prefix(Self.shownRuns).map { .string($0.description) }),
            "text": .string(text),
        ]
    }

    // MARK: For people

    package var title: String {
        let name = rule.draft.name
        return switch change.kind {
        case .fired where rule.draft.condition == .eachFailure: "Failed: \(name)"
        case .fired, .continued: "Alert: \(name)"
        case .resolved: "Over: \(name)"
        case .test: "Sample: \(name)"
        }
    }

    package var text: String {
        var lines = [opening]
        lines.append("It is about \(subject): \(limit).")
        if !measure.runs.isEmpty, change.kind != .resolved {
            let runs = measure.runs.prefix(Self.shownRuns).map(\.description).joined(separator: ", ")
            lines.append("Such as: \(runs)")
        }
        if change.unheard > 0 {
            lines.append("It had come and gone \(times(change.unheard)) since the last message.")
        }
        lines.append("Alert \(rule.id), at \(at).")
        return lines.joined(separator: "\n")
    }

    private var opening: String {
        switch change.kind {
        case .fired, .continued: found ?? "It is as the alert says."
        case .resolved:
            "This is over" + (change.since.map { " after \(DurationText.text(rounded(at - $0)))." } ?? ".")
                + (found.map { " Now: \($0)" } ?? "")
        case .test: "This is a sample. Nothing has happened."
        }
    }

    private var found: String? {
        guard let value = measure.value else { return nil }
        let many = value >= Int64(AlertCondition.mostRuns) ? "\(value) or more" : "\(value)"
        return switch rule.draft.condition {
        case .failures(_, let window):
            value == 1
                ? "1 run failed within \(DurationText.text(window))."
                : "\(many) runs failed within \(DurationText.text(window))."
        case .eachFailure: value == 1 ? "1 run failed." : "\(many) runs failed."
        case .errorRate(_, let window, _):
            "\(value) % of \(measure.sample ?? 0) runs failed within \(DurationText.text(window))."
        case .longRun: "A run takes \(DurationText.text(rounded(value)))."
        case .slowRuns(_, let window, _):
            "Of \(measure.sample ?? 0) runs within \(DurationText.text(window)), one in twenty took "
                + "\(DurationText.text(value)) or longer."
        case .queueAge: "A run has waited \(DurationText.text(rounded(value))) for a worker."
        }
    }

    private var subject: String {
        switch rule.draft.scope {
        case .all: "all workflows"
        case .workflow(let id): "the workflow \(id)"
        case .tag(let tag): "workflows with the tag \(tag.quoted)"
        }
    }

    private var limit: String {
        switch rule.draft.condition {
        case .failures(let count, let window):
            "\(count == 1 ? "1 failed run" : "\(count) failed runs") within \(DurationText.text(window))"
        case .eachFailure: "each run that fails"
        case .errorRate(let percent, let window, let least):
            "\(percent) % of \(least) runs or more that fail within \(DurationText.text(window))"
        case .longRun(let limit): "a run that takes longer than \(DurationText.text(limit))"
        case .slowRuns(let limit, let window, let least):
            "one in twenty of \(least) runs or more within \(DurationText.text(window)) that takes longer than "
                + DurationText.text(limit)
        case .queueAge(let limit): "a run that waits longer than \(DurationText.text(limit))"
        }
    }

    private func times(_ count: Int) -> String { count == 1 ? "once" : "\(count) times" }

    /// To the second; a shorter one as it is.
    private func rounded(_ duration: Int64) -> Int64 { duration < 1_000 ? duration : duration / 1_000 * 1_000 }
}
