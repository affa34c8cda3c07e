import PatchbayCore
import PatchbayJSON

extension Evaluation {
    mutating func checkType(_ kinds: ValueKinds, _ value: JSON) -> Verdict {
        guard kinds.isDisjoint(with: ValueKinds(of: value)) else { return .valid }
        let isFraction = kinds.contains(.integer) && value.double != nil
        return refuse("type", reason: .type(kinds)) {
            "\($0.subject) is \(isFraction ? value.text : value.phrase), needs \(kinds.phrase)"
        }
    }

    mutating func checkConstant(_ constant: JSON, _ value: JSON) -> Verdict {
        let verdict = match(value, constant)
        if verdict == .invalid {
            refuse("const", reason: .choice) { "\($0.subject) must be \(constant.shown)" }
        }
        return verdict
    }

    mutating func checkChoice(_ choice: SchemaNode.Choice, _ value: JSON) -> Verdict {
        if let set = choice.set, set.contains(value) { return .valid }
        var verdict = Verdict.invalid
        if choice.set == nil || takesUnknown {
            if !spend(choice.values.count >> 3) { return .invalid }
            for allowed in choice.values where verdict != .valid { verdict = max(verdict, match(value, allowed)) }
        }
        guard verdict == .invalid else { return verdict }
        let hint = { (_: Evaluation) -> String? in
            let near = value.string.flatMap { Suggestion.nearest(to: $0, among: choice.values.compactMap(\.string)) }
            return near.map { "did you mean \($0.quoted)?" }
        }
        return refuse("enum", reason: .choice, hint: hint) {
            let values = choice.values
            if values.isEmpty { return "\($0.subject) is not allowed, since no value is" }
            // More of them nobody would read.
            let shown = values.prefix(12).map(\.shown) + (values.count > 12 ? ["\(values.count - 12) more"] : [])
            return "\($0.subject) must be \(shown.count > 1 ? "one of " : "")\(shown.joinedForReading(by: "or"))"
        }
    }

    mutating func checkPattern(_ pattern: SchemaPattern, _ value: JSON) -> Verdict {
        guard let string = value.string else { return .valid }
        if !spend(pattern.cost(of: string.utf8.count)) { return .invalid }
        guard let matches = pattern.matches(string) else {
            return refuse("pattern") { "\($0.subject) is too long for its pattern \(pattern.text.quoted)" }
        }
        if matches { return .valid }
        return refuse("pattern") { "\($0.subject) does not match the pattern \(pattern.text.quoted)" }
    }

    mutating func checkFormat(_ format: Format, _ value: JSON) -> Verdict {
        guard let string = value.string else { return .valid }
        if !spend(string.utf8.count >> 6) { return .invalid }
        guard !format.isMet(by: string) else { return .valid }
        return refuse("format") { "\($0.subject) is not \(format.phrase)" }
    }

    mutating func checkNumber(_ rule: NumberRule, _ value: JSON) -> Verdict {
        guard value.double != nil, !rule.isMet(by: value) else { return .valid }
        return refuse(rule.keyword) { "\($0.subject) is \(value.text), needs \(rule.phrase)" }
    }

    mutating func checkLength(_ bounds: SchemaNode.Bounds, _ value: JSON) -> Verdict {
        guard let string = value.string else { return .valid }
        return check(string.unicodeScalars.count, bounds, ("minLength", "maxLength"), "character")
    }

    mutating func check(
        _ count: Int, _ bounds: SchemaNode.Bounds, _ keywords: (least: String, most: String),
        _ noun: String
    ) -> Verdict {
        func counted(_ number: Int) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
        if let least = bounds.least, count < least {
            return refuse(keywords.least) { "\($0.subject) has \(counted(count)), needs at least \(least)" }
        }
        if let most = bounds.most, count > most {
            return refuse(keywords.most) { "\($0.subject) has \(counted(count)), needs at most \(most)" }
        }
        return .valid
    }

    /// Whether the value is the given one, when parts of it may be unknown.
    private func match(_ value: JSON, _ constant: JSON) -> Verdict {
        guard takesUnknown else { return Verdict(value == constant) }
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
