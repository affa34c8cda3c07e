public import PatchbayJSON

/// Hands the members of one object to the fields of one type, in the order of their declaration.
@usableFromInline
final class FieldReader: FieldScope {
    @usableFromInline let object: JSONObject
    @usableFromInline let names: [String]
    @usableFromInline var index = 0
    private var problems: [FieldProblems.Problem] = []

    init(object: JSONObject, names: [String]) {
        self.object = object
        self.names = names
        super.init(isReading: true)
    }

    /// The value of the next field; nil after a problem, which `finish` throws.
    @inlinable
    func next<Value: FieldValue>(rules: [FieldRule], fallback: () -> Value?) -> Value? {
        let name = names[index]
        index += 1
        let member = object[name]
        // A default may be a Fields value itself, whose fields are no members of what is read here.
        if member == nil, let value = FieldScope.with(nil, fallback) ?? Value.whenAbsent { return value }
        do throws(FieldProblems) {
            let value = try Value.read(member)
            if !rules.isEmpty, let member { try check(member, rules) }
            return value
        } catch {
            note(error, at: name)
            return nil
        }
    }

    @usableFromInline
    func check(_ member: JSON, _ rules: [FieldRule]) throws(FieldProblems) {
        for rule in rules {
            if let breach = rule.breach(by: member) { throw FieldProblems(breach) }
        }
    }

    @usableFromInline
    func note(_ error: FieldProblems, at name: String) { problems += error.inside(name).problems }

    /// Throws what was wrong, members that no field has included.
    func finish() throws(FieldProblems) {
        for member in object where !names.contains(member.name) {
            let known = names.joined(separator: ", ")
            note(FieldProblems("is unknown; known are \(known)"), at: member.name)
        }
        guard problems.isEmpty else { throw FieldProblems(problems) }
    }
}

extension FieldRule {
    /// How a value breaks the rule; nil when it keeps it, or the rule does not concern it.
    func breach(by value: JSON) -> String? {
        switch (self, value) {
        case (.range(let range), .int), (.range(let range), .uint), (.range(let range), .double):
            guard let number = value.double else { return nil }
            let isInside = number >= Double(range.lowerBound) && number <= Double(range.upperBound)
            return isInside ? nil : "is \(value.text), needs \(range.lowerBound) to \(range.upperBound)"
        case (.length(let range), .string(let text)):
            let length = text.unicodeScalars.count
            return range.contains(length) ? nil : "has \(length) characters, needs \(range.bounds)"
        case (.length(let range), .array(let elements)):
            return range.contains(elements.count) ? nil : "has \(elements.count) elements, needs \(range.bounds)"
        default:
            return nil
        }
    }
}

extension ClosedRange<Int> {
    /// `1 to 100`, or `at least 1` when there is no upper end.
    fileprivate var bounds: String {
        upperBound == .max ? "at least \(lowerBound)" : "\(lowerBound) to \(upperBound)"
    }
}
