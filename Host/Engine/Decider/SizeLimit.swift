package import PatchbayJSON

extension JSON {
    /// The most a step may take in or give out, as JSON text: 32 MiB. What is larger belongs into a store that the workflow
    /// hands on by name.
    package static let largestStepValue = 32 << 20

    /// The size as JSON text when it is above the limit, else nil. Mostly without writing the text: a string's byte takes
    /// at most six in JSON, and a number at most 24.
    package func size(within limit: Int) -> Int? {
        var rest = limit / 6
        if takes(from: &rest) { return nil }
        let size = bytes().count
        return size > limit ? size : nil
    }

    /// Takes the least size of the value from `rest`; false as soon as that is used up. The depth of a value is bounded by
    /// whoever read it.
    private func takes(from rest: inout Int) -> Bool {
        switch self {
        case .null, .bool, .int, .uint, .double:
            rest -= 5
        case .string(let text):
            rest -= text.utf8.count + 2
        case .array(let elements):
            rest -= 2
            for element in elements {
                rest -= 1
                guard element.takes(from: &rest) else { return false }
            }
        case .object(let members):
            rest -= 2
            for member in members {
                rest -= member.name.utf8.count + 4
                guard member.value.takes(from: &rest) else { return false }
            }
        }
        return rest >= 0
    }
}

extension StepError {
    /// Nil when the value may be stored.
    static func tooLarge(_ value: JSON, as role: String, limit: Int) -> StepError? {
        guard let size = value.size(within: limit) else { return nil }
        return StepError(
            code: "\(role)_too_large",
            message: "The \(role) has \(size) bytes and may have \(limit). Ask for fewer or smaller "
                + "items (a page, a filter), or store the data elsewhere and hand on where it is.")
    }
}
