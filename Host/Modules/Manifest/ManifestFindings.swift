import PatchbayJSON

/// What is wrong and what is odd, gathered while a manifest is read; the questions note what they miss.
struct ManifestFindings {
    private(set) var problems: [ManifestProblem] = []
    private(set) var warnings: [ManifestProblem] = []

    mutating func problem(_ pointer: String, _ message: String, need: String) {
        problems.append(ManifestProblem(pointer: pointer, message: message, need: need))
    }

    /// A member that must be there and be as `read` wants it; `need` says how that is.
    mutating func required<Value>(
        _ name: String, of node: ManifestNode, need: String, _ read: (ManifestNode) -> Value?
    ) -> Value? {
        guard let member = node.member(name) else {
            problem(node.pointer + JSON.pointerToken(name), "is missing", need: need)
            return nil
        }
        return value(of: member, need: need, read)
    }

    /// A member that may be missing, but not be wrong.
    mutating func optional<Value>(
        _ name: String, of node: ManifestNode, need: String, _ read: (ManifestNode) -> Value?
    ) -> Value? {
        node.member(name).flatMap { value(of: $0, need: need, read) }
    }

    mutating func value<Value>(of node: ManifestNode, need: String, _ read: (ManifestNode) -> Value?) -> Value? {
        if let value = read(node) { return value }
        problem(node.pointer, "is \(node.shown)", need: need)
        return nil
    }

    mutating func object(_ name: String, of node: ManifestNode, isRequired: Bool = true) -> ManifestNode? {
        let read = { (node: ManifestNode) in node.value.object.map { _ in node } }
        return isRequired
            ? required(name, of: node, need: "an object", read) : optional(name, of: node, need: "an object", read)
    }

    mutating func array(_ name: String, of node: ManifestNode, isRequired: Bool = true) -> [ManifestNode] {
        let read = { (node: ManifestNode) in node.value.array.map { _ in node.elements } }
        let elements =
            isRequired
            ? required(name, of: node, need: "an array", read) : optional(name, of: node, need: "an array", read)
        return elements ?? []
    }

    /// A text of 1 to `longest` characters.
    mutating func text(_ name: String, of node: ManifestNode, longest: Int = 200) -> String? {
        required(name, of: node, need: "a text of 1 to \(longest) characters") {
            $0.value.string.flatMap { (1...longest).contains($0.count) ? $0 : nil }
        }
    }

    mutating func optionalText(_ name: String, of node: ManifestNode, longest: Int = 2_000) -> String? {
        optional(name, of: node, need: "a text of at most \(longest) characters") {
            $0.value.string.flatMap { $0.count <= longest ? $0 : nil }
        }
    }

    mutating func integer(_ name: String, of node: ManifestNode, _ range: ClosedRange<Int64>) -> Int64? {
        required(name, of: node, need: "a whole number from \(range.lowerBound) to \(range.upperBound)") {
            $0.value.int.flatMap { range.contains($0) ? $0 : nil }
        }
    }

    mutating func word<Word: RawRepresentable<String> & CaseIterable>(
        _ name: String, of node: ManifestNode, _: Word.Type
    ) -> Word? {
        let words = Word.allCases.map { "`\($0.rawValue)`" }.joined(separator: " or ")
        return required(name, of: node, need: words) { $0.value.string.flatMap(Word.init(rawValue:)) }
    }

    /// Notes members that this host does not know; they are kept and have no effect.
    mutating func onlyKnown(_ names: Set<String>, of node: ManifestNode) {
        for member in node.value.object ?? [:] where !names.contains(member.name) {
            let pointer = node.pointer + JSON.pointerToken(member.name)
            warnings.append(
                ManifestProblem(
                    pointer: pointer, message: "is not known to this host", need: "nothing; it has no effect"))
        }
    }
}
