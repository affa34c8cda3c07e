import PatchbayCore
import PatchbayJSON

extension Evaluation {
    mutating func checkType(_ kinds: ValueKinds, _ position: Int, _ value: JSON) -> Verdict {
        guard kinds.isDisjoint(with: ValueKinds(of: value)) else { return .valid }
        let isFraction = kinds.contains(.integer) && value.double != nil
        return refuse(position, "type", reason: .type(kinds)) {
            "\($0.subject) is \(isFraction ? value.text : value.phrase), needs \(kinds.phrase)"
        }
    }

    mutating func checkConstant(_ constant: JSON, _ position: Int, _ value: JSON) -> Verdict {
        let verdict = match(value, constant)
        if verdict == .invalid {
            refuse(position, "const", reason: .choice) { "\($0.subject) must be \(constant.shown)" }
        }
        return verdict
    }

    mutating func checkValues(_ values: [JSON], _ position: Int, _ value: JSON) -> Verdict {
        var verdict = Verdict.invalid
        for allowed in values where verdict != .valid { verdict = max(verdict, match(value, allowed)) }
        guard verdict == .invalid else { return verdict }
        let hint = { (_: Evaluation) -> String? in
            let near = value.string.flatMap { Suggestion.nearest(to: $0, among: values.compactMap(\.string)) }
            return near.map { "did you mean \($0.quoted)?" }
        }
        return refuse(position, "enum", reason: .choice, hint: hint) {
            // More of them nobody would read.
            let shown = values.prefix(12).map(\.shown) + (values.count > 12 ? ["\(values.count - 12) more"] : [])
            return "\($0.subject) must be \(shown.count > 1 ? "one of " : "")\(shown.joinedForReading(by: "or"))"
        }
    }

    mutating func checkNumber(_ rule: NumberRule, _ position: Int, _ value: JSON) -> Verdict {
        guard value.double != nil, !rule.isMet(by: value) else { return .valid }
        return refuse(position, rule.keyword) { "\($0.subject) is \(value.text), needs \(rule.phrase)" }
    }

    mutating func checkLength(_ bounds: SchemaNode.Bounds, _ position: Int, _ value: JSON) -> Verdict {
        guard let string = value.string else { return .valid }
        return check(string.unicodeScalars.count, bounds, position, ("minLength", "maxLength"), "character")
    }

    mutating func check(
        _ count: Int, _ bounds: SchemaNode.Bounds, _ position: Int, _ keywords: (least: String, most: String),
        _ noun: String
    ) -> Verdict {
        func counted(_ number: Int) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
        if let least = bounds.least, count < least {
            return refuse(position, keywords.least) { "\($0.subject) has \(counted(count)), needs at least \(least)" }
        }
        if let most = bounds.most, count > most {
            return refuse(position, keywords.most) { "\($0.subject) has \(counted(count)), needs at most \(most)" }
        }
        return .valid
    }

    /// Whether the value is the given one, when parts of it may be unknown.
    private func match(_ value: JSON, _ constant: JSON) -> Verdict {
        if isUnknown(value) { return .unsure }
        switch (value, constant) {
        case (.array(let a), .array(let b)):
            guard a.count == b.count else { return .invalid }
            return zip(a, b).reduce(.valid) { min($0, match($1.0, $1.1)) }
        case (.object(let a), .object(let b)):
            guard a.count == b.count else { return .invalid }
            return a.reduce(.valid) { verdict, member in
                min(verdict, b[member.name].map { match(member.value, $0) } ?? .invalid)
            }
        default:
            return Verdict(value == constant)
        }
    }
}

extension JSON {
    /// A value of a schema in a message.
    fileprivate var shown: String {
        switch self {
        case .string(let text): text.quoted
        case .array, .object: text.shortened(to: 80)
        default: text
        }
    }
}
