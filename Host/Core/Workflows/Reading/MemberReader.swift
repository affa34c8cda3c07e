package import PatchbayJSON

/// Takes an object of a document apart member by member and notes everything that is wrong with it.
package struct MemberReader {
    /// Guessing what each of a million unknown members was meant to be would keep the host busy for minutes.
    private static let mostUnknown = 100

    package let object: JSONObject
    /// Of the object, in the document as it was given.
    package let pointer: String
    /// Id of the node it belongs to.
    package let node: String?
    /// What the object is, without the name behind it; put together only for messages.
    private let what: String
    private let name: String?
    package private(set) var problems: [Problem] = []

    package init(_ object: JSONObject, at pointer: String, of node: String? = nil, subject: String) {
        self.object = object
        self.pointer = pointer
        self.node = node
        (what, name) = (subject, nil)
    }

    /// Of an object whose subject is `what` and the node's id in quotes.
    package init(_ object: JSONObject, at pointer: String, of node: String, what: String) {
        self.object = object
        self.pointer = pointer
        self.node = node
        (self.what, name) = (what, node)
    }

    /// Of a member of an object that is read by another: `"retry" of node "tell"`.
    init(_ object: JSONObject, member: String, of outer: MemberReader) {
        self.object = object
        pointer = outer.pointer(to: member)
        node = outer.node
        (what, name) = ("\"\(member)\" of \(outer.what)", outer.name)
    }

    /// What the object is, as messages say it: `the node "tell"`.
    package var subject: String { name.map { "\(what) \($0.quoted)" } ?? what }

    package func pointer(to name: String) -> String { pointer + "/" + name.pointerEscaped }

    /// Notes a problem with a member, or with the object itself.
    package mutating func report(_ code: String, at name: String? = nil, _ message: String, hint: String? = nil) {
        let place = name.map(pointer(to:)) ?? pointer
        problems.append(Problem(code: code, node: node, pointer: place, message: message, hint: hint))
    }

    package mutating func adopt(_ others: [Problem]) { problems += others }

    // MARK: Members

    /// A text of 1 to `limit` characters.
    package mutating func text(_ name: String, required: Bool = false, limit: Int = 200) -> String? {
        guard let value = member(name, required: required, "a string") else { return nil }
        guard case .string(let text) = value else { return wrongType(name, value, "a string") }
        guard !text.isEmpty else {
            report("bad-value", at: name, "\(name.quoted) of \(subject) is empty")
            return nil
        }
        guard !text.utf8.contains(0) else {
            report(
                "bad-value", at: name, "\(name.quoted) of \(subject) holds the character NUL, which cannot be stored")
            return nil
        }
        guard text.utf8.count <= limit || text.unicodeScalars.count <= limit else {
            report("too-large", at: name, "\(name.quoted) of \(subject) is longer than \(limit) characters")
            return nil
        }
        return text
    }

    package mutating func object(_ name: String, required: Bool = false) -> JSONObject? {
        guard let value = member(name, required: required, "an object") else { return nil }
        guard case .object(let object) = value else { return wrongType(name, value, "an object") }
        return object
    }

    package mutating func array(_ name: String, required: Bool = false) -> [JSON]? {
        guard let value = member(name, required: required, "an array") else { return nil }
        guard case .array(let array) = value else { return wrongType(name, value, "an array") }
        return array
    }

    package mutating func bool(_ name: String) -> Bool? {
        guard let value = object[name] else { return nil }
        guard case .bool(let bool) = value else { return wrongType(name, value, "true or false") }
        return bool
    }

    package mutating func integer(_ name: String, in range: ClosedRange<Int64>, required: Bool = false) -> Int64? {
        var wanted: String { "a whole number from \(range.lowerBound) to \(range.upperBound)" }
        guard let value = member(name, required: required, wanted) else { return nil }
        guard let number = value.int, range.contains(number) else {
            if value.int == nil { return wrongType(name, value, wanted) }
            report("bad-value", at: name, "\(name.quoted) of \(subject) must be \(wanted)")
            return nil
        }
        return number
    }

    /// Milliseconds, from a text such as "20s".
    package mutating func duration(_ name: String) -> Int64? {
        guard let value = object[name] else { return nil }
        guard case .string(let text) = value else { return wrongType(name, value, "a duration such as \"20s\"") }
        do {
            return try DurationText.milliseconds(text)
        } catch {
            report("bad-duration", at: name, error.message, hint: error.hint)
            return nil
        }
    }

    /// One of an enum's words.
    package mutating func word<Word: RawRepresentable<String> & CaseIterable>(
        _ name: String, of _: Word.Type, required: Bool = false
    ) -> Word? {
        var words: [String] { Word.allCases.map(\.rawValue) }
        var wanted: String { "one of " + words.map(\.quoted).joined(separator: ", ") }
        guard let value = member(name, required: required, wanted) else { return nil }
        guard case .string(let text) = value else { return wrongType(name, value, wanted) }
        guard let word = Word(rawValue: text) else {
            let hint = Suggestion.hint(for: text, among: words, known: "known are")
            report("bad-value", at: name, "\(name.quoted) of \(subject) must not be \(text.quoted)", hint: hint)
            return nil
        }
        return word
    }

    /// Notes every member that is none of `known` and no editor's.
    package mutating func refuseUnknown(known: [String]) {
        guard object.contains(where: { !known.contains($0.name) }) else { return }
        let unknown = object.filter { !known.contains($0.name) && !$0.name.hasPrefix("x-") }.map(\.name)
        for name in unknown.prefix(Self.mostUnknown) {
            let hint = Suggestion.hint(for: name, among: known, known: "members are")
            report("unknown-member", at: name, "\(subject) has no member \(name.quoted)", hint: hint)
        }
        let rest = unknown.count - Self.mostUnknown
        if rest > 0 { report("unknown-member", "\(subject) has \(rest) further unknown members") }
    }

    private mutating func member(
        _ name: String, required: Bool, _ wanted: @autoclosure () -> String
    ) -> JSON? {
        if let value = object[name] { return value }
        if required { report("missing-member", "\(subject) lacks \(name.quoted)", hint: "it must be \(wanted())") }
        return nil
    }

    private mutating func wrongType<Value>(_ name: String, _ value: JSON, _ wanted: String) -> Value? {
        report("wrong-type", at: name, "\(name.quoted) of \(subject) must be \(wanted), and this is \(value.article)")
        return nil
    }
}

extension String {
    /// As a part of a JSON pointer (RFC 6901).
    package var pointerEscaped: String {
        guard utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "~": text += "~0"
            case "/": text += "~1"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension JSON {
    /// The kind of value with its article, as messages say it.
    package var article: String {
        switch self {
        case .null: "null"
        case .array, .object, .int, .uint: "an \(kind)"
        default: "a \(kind)"
        }
    }
}
