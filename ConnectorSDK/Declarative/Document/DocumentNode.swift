import PatchbayJSON

/// A value of a document and where it stands.
struct DocumentNode {
    var value: JSON
    var pointer: JSONPointer

    /// Nil when this is no object or lacks it; null counts as lacking.
    func member(_ name: String) -> DocumentNode? {
        guard let inner = value[name], !inner.isNull else { return nil }
        return DocumentNode(value: inner, pointer: pointer.appending(name))
    }

    var members: [(name: String, node: DocumentNode)] {
        (value.object ?? [:]).map { ($0.name, DocumentNode(value: $0.value, pointer: pointer.appending($0.name))) }
    }

    var elements: [DocumentNode] {
        (value.array ?? []).enumerated().map { DocumentNode(value: $1, pointer: pointer.appending($0)) }
    }
}

/// Reads nodes and keeps what is wrong with them.
struct DocumentFindings {
    private(set) var problems: [DocumentProblem] = []

    /// More are not told: the rest follows from the first ones, as a rule.
    private static let most = 100

    mutating func problem(_ pointer: JSONPointer, _ message: String, need: String? = nil) {
        guard problems.count < Self.most else { return }
        problems.append(DocumentProblem(pointer, message, need: need))
    }

    /// Reads a member that may be missing.
    mutating func optional<Value>(
        _ name: String, of node: DocumentNode, need: String, _ read: (JSON) -> Value?
    ) -> Value? {
        guard let member = node.member(name) else { return nil }
        guard let value = read(member.value) else {
            problem(member.pointer, "is \(shown(member.value))", need: need)
            return nil
        }
        return value
    }

    mutating func required<Value>(
        _ name: String, of node: DocumentNode, need: String, _ read: (JSON) -> Value?
    ) -> Value? {
        guard node.member(name) != nil else {
            problem(node.pointer.appending(name), "is missing", need: need)
            return nil
        }
        return optional(name, of: node, need: need, read)
    }

    /// A member that must be an object when it is there.
    mutating func object(_ name: String, of node: DocumentNode) -> DocumentNode? {
        guard let member = node.member(name) else { return nil }
        guard member.value.object != nil else {
            problem(member.pointer, "is \(shown(member.value))", need: "an object")
            return nil
        }
        return member
    }

    mutating func text(_ name: String, of node: DocumentNode, longest: Int = 2_000) -> String? {
        optional(name, of: node, need: "a text of at most \(longest) bytes") {
            guard let text = $0.string, !text.isEmpty, text.utf8.count <= longest else { return nil }
            return text
        }
    }

    mutating func whole(_ name: String, of node: DocumentNode, _ range: ClosedRange<Int64>) -> Int64? {
        optional(name, of: node, need: "a whole number from \(range.lowerBound) to \(range.upperBound)") {
            $0.int.flatMap { range.contains($0) ? $0 : nil }
        }
    }

    mutating func truth(_ name: String, of node: DocumentNode) -> Bool? {
        optional(name, of: node, need: "true or false") { $0.bool }
    }

    mutating func pointer(_ name: String, of node: DocumentNode) -> JSONPointer? {
        optional(name, of: node, need: "a JSON pointer such as `/data/items`") { $0.string.flatMap { JSONPointer($0) } }
    }

    /// A duration: `500ms`, `20s`, `2m`, or whole seconds; in milliseconds, up to a day.
    mutating func duration(_ name: String, of node: DocumentNode) -> Int64? {
        optional(name, of: node, need: "a duration such as `20s`, `500ms` or `2m`, up to a day") { json in
            var milliseconds: Int64?
            if let seconds = json.int, (1...86_400).contains(seconds) { milliseconds = seconds * 1_000 }
            if let text = json.string {
                for (unit, factor) in [("ms", Int64(1)), ("s", 1_000), ("m", 60_000)] where text.hasSuffix(unit) {
                    guard let count = Int64(text.dropLast(unit.count)), (1...86_400_000).contains(count) else {
                        continue
                    }
                    milliseconds = milliseconds ?? count * factor
                }
            }
            return milliseconds.flatMap { (1...86_400_000).contains($0) ? $0 : nil }
        }
    }

    /// Reads a template out of a text, a number or a truth value.
    mutating func template(_ node: DocumentNode) -> Template? {
        guard let text = node.value.scalarText else {
            problem(node.pointer, "is \(shown(node.value))", need: "a text")
            return nil
        }
        do throws(TemplateError) {
            return try Template(text)
        } catch {
            problem(node.pointer, error.message)
            return nil
        }
    }

    mutating func onlyKnown(_ names: [String], of node: DocumentNode) {
        for (name, inner) in node.members where !names.contains(name) && !name.hasPrefix("$") {
            problem(inner.pointer, "is not known here", need: names.map { "`\($0)`" }.joined(separator: ", "))
        }
    }

    /// The value as one would say it; never all of a long one.
    func shown(_ value: JSON) -> String {
        switch value {
        case .array(let array): array.isEmpty ? "an empty array" : "an array"
        case .object: "an object"
        case .string(let text): text.isEmpty ? "empty" : "`\(text.prefix(60))`"
        default: "`\(value.text)`"
        }
    }
}
