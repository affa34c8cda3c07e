import PatchbayCore
import PatchbayPatterns

extension Library {
    /// `text.matches(pattern)` and the `regex` extension, all in RE2's syntax.
    static let regexes: [Overload] = [
        .binary("matches", id: "matches_string", .receiver) {
            (text: String, source: String, evaluation) throws(Fault) in
            try evaluation.matches(text, source)
        }.preparing(1, matching),
        .binary("matches", id: "matches") { (text: String, source: String, evaluation) throws(Fault) in
            try evaluation.matches(text, source)
        }.preparing(1, matching),
        .ternary("regex.replace", id: "regex_replace_string_string_string") {
            (text: String, source: String, replacement: String, evaluation) throws(Fault) in
            try evaluation.replace(text, source, replacement, count: -1)
        },
        Overload(
            "regex.replace", id: "regex_replace_string_string_string_int", .global, [.string, .string, .string, .int],
            .string,
            .many { values, evaluation throws(Fault) in
                guard case .string(let text) = values[0], case .string(let source) = values[1],
                    case .string(let replacement) = values[2], case .int(let count) = values[3]
                else { throw evaluation.noOverload("regex.replace", values) }
                return .string(try evaluation.replace(text, source, replacement, count: count))
            }),
        .binary("regex.extract", id: "regex_extract_string_string", result: .optional(.string)) {
            (text: String, source: String, evaluation) throws(Fault) in
            let found = try evaluation.extract(text, source, count: 1)
            return Value.optional(found.first.map { .string($0) })
        },
        .binary("regex.extractAll", id: "regex_extractAll_string_string", result: .list(.string)) {
            (text: String, source: String, evaluation) throws(Fault) in
            let found = try evaluation.extract(text, source, count: .max)
            return ListValue.values(found.map { .string($0) })
        },
    ]
}

extension Library {
    /// Compiling a regular expression takes many times as long as a search. One that is wrong is told of in the run, where
    /// it may never be reached.
    @Sendable private static func matching(_ source: Value) -> Overload.Body? {
        guard case .string(let source) = source, let pattern = try? Pattern(source) else { return nil }
        return .two { value, source, evaluation throws(Fault) in
            guard case .string(let text) = value else { throw evaluation.noOverload("matches", [value, source]) }
            return .bool(try evaluation.matches(text, pattern))
        }
    }
}

extension Evaluation {
    private mutating func pattern(_ source: String) throws(Fault) -> Pattern {
        // Compiling costs some hundred times what looking at the text would.
        try budget.take(bytes: source.utf8.count * 64, at: offset)
        do throws(PatternError) {
            return try Pattern(source)
        } catch {
            throw fault(.value, "\(source.quoted) is no regular expression: \(error.message)")
        }
    }

    private func search<Answer>(_ body: () throws(PatternError) -> Answer) throws(Fault) -> Answer {
        do throws(PatternError) {
            return try body()
        } catch {
            throw fault(.value, error.message)
        }
    }

    fileprivate mutating func matches(_ text: String, _ source: String) throws(Fault) -> Bool {
        try matches(text, try pattern(source))
    }

    fileprivate mutating func matches(_ text: String, _ pattern: Pattern) throws(Fault) -> Bool {
        try budget.take(bytes: text.utf8.count, at: offset)
        return try search { () throws(PatternError) in try pattern.matches(anywhere: text) }
    }

    /// All matches when the count is negative.
    fileprivate mutating func replace(
        _ text: String, _ source: String, _ template: String, count: Int64
    ) throws(Fault) -> String {
        let pattern = try pattern(source)
        let replacement = try search { () throws(PatternError) in try Replacement(template, for: pattern) }
        try budget.take(bytes: text.utf8.count, at: offset)
        let limit = budget.limits.result
        let result = try search { () throws(PatternError) in
            try pattern.replacing(
                in: text, with: replacement, count: count < 0 ? .max : Int(clamping: count), limit: limit)
        }
        try budget.take(bytes: result.utf8.count, at: offset)
        return result
    }

    /// The group of each match, when there is one, or else the whole match; without those whose group is empty.
    fileprivate mutating func extract(_ text: String, _ source: String, count: Int) throws(Fault) -> [String] {
        let pattern = try pattern(source)
        guard pattern.groupCount <= 1 else {
            throw fault(
                .value, "\(source.quoted) has \(pattern.groupCount) capturing groups",
                hint: "only one can be extracted; write (?:…) for the others")
        }
        try budget.take(bytes: text.utf8.count, at: offset)
        let matches = try search { () throws(PatternError) in try pattern.matches(in: text, count: count) }
        try make(elements: matches.count)
        var found: [String] = []
        for match in matches {
            guard let range = pattern.groupCount == 1 ? match.groups[0] : match.range else { continue }
            guard pattern.groupCount == 0 || !range.isEmpty else { continue }
            try budget.take(bytes: range.count, at: offset)
            found.append(String(text[bytes: range]))
        }
        return found
    }
}
