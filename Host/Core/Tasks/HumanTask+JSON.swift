package import PatchbayJSON

extension HumanTask {
    /// What `init(stored:)` reads again.
    package var json: JSON {
        var object: JSONObject = [
            "title": .string(title), "details": .string(details), "payload": payload,
            "assignees": .array(assignees.map { .string($0.text) }),
            "options": .array(options.map(\.json)), "timeout_ms": .int(timeout),
            "escalation": .array(escalation.map(\.json)), "quorum": quorum.json, "mail": .bool(sendsMail),
        ]
        object["form"] = form
        object["requester"] = requester.map { .string($0) }
        if excludesRequester { object["requester_may_not_approve"] = true }
        object["slack"] = slack?.json
        return .object(object)
    }

    /// Reads what `json` wrote; nil for anything else.
    package init?(stored json: JSON) {
        guard let title = json["title"]?.string, let options = json["options"]?.array?.compactMap(Option.init(stored:)),
            !options.isEmpty,
            let assignees = json["assignees"]?.array?.compactMap({ $0.string.flatMap(Assignee.init) }),
            let timeout = json["timeout_ms"]?.int, let quorum = json["quorum"].flatMap(Quorum.init(stored:))
        else { return nil }
        self.init(
            title: title, details: json["details"]?.string ?? "", payload: json["payload"] ?? .null,
            assignees: assignees, options: options, form: json["form"], timeout: timeout,
            escalation: (json["escalation"]?.array ?? []).compactMap(Escalation.init(stored:)), quorum: quorum,
            requester: json["requester"]?.string,
            excludesRequester: json["requester_may_not_approve"]?.bool ?? false,
            sendsMail: json["mail"]?.bool ?? true, slack: json["slack"].flatMap(SlackPlace.init(stored:)))
    }
}

extension HumanTask.Option {
    package var json: JSON {
        [
            "label": .string(label), "value": .string(value), "style": .string(style.rawValue),
            "rejects": .bool(rejects),
        ]
    }

    fileprivate init?(stored json: JSON) {
        guard let label = json["label"]?.string, let value = json["value"]?.string else { return nil }
        self.init(
            label: label, value: value, style: json["style"]?.string.flatMap(Style.init) ?? .neutral,
            rejects: json["rejects"]?.bool ?? false)
    }
}

extension HumanTask.Quorum {
    package var json: JSON {
        switch self {
        case .any: "any"
        case .all: "all"
        case .count(let count): .int(Int64(count))
        }
    }

    fileprivate init?(stored json: JSON) {
        switch json {
        case "any": self = .any
        case "all": self = .all
        default:
            guard let count = json.int else { return nil }
            self = .count(Int(count))
        }
    }
}

extension HumanTask.Escalation {
    package var json: JSON {
        var object: JSONObject = ["after_ms": .int(after)]
        switch step {
        case .remind: object["remind"] = true
        case .notify(let others): object["notify"] = .array(others.map { .string($0.text) })
        case .reassign(let others): object["reassign"] = .array(others.map { .string($0.text) })
        case .decide(let value): object["decide"] = .string(value)
        }
        return .object(object)
    }

    fileprivate init?(stored json: JSON) {
        func others(_ name: String) -> [Assignee]? {
            json[name]?.array?.compactMap { $0.string.flatMap(Assignee.init) }
        }
        guard let after = json["after_ms"]?.int else { return nil }
        self.after = after
        if let others = others("notify") {
            step = .notify(others)
        } else if let others = others("reassign") {
            step = .reassign(others)
        } else if let value = json["decide"]?.string {
            step = .decide(value)
        } else {
            step = .remind
        }
    }
}
