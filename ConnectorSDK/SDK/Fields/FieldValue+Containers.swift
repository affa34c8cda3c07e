public import PatchbayJSON

extension Optional: FieldValue where Wrapped: FieldValue {
    public static var schema: JSON { Wrapped.schema }
    public static var whenAbsent: Wrapped?? { .some(nil) }

    /// An absent member and null both mean: no value.
    public static func read(_ json: JSON?) throws(FieldProblems) -> Wrapped? {
        guard let json, !json.isNull else { return nil }
        return try Wrapped.read(json)
    }

    public var json: JSON? { flatMap(\.json) }
}

extension Array: FieldValue where Element: FieldValue {
    public static var schema: JSON { ["type": "array", "items": Element.schema] }

    public static func read(_ json: JSON?) throws(FieldProblems) -> [Element] {
        guard case .array(let elements)? = json else { throw mismatch(json, needs: "an array") }
        var result: [Element] = []
        result.reserveCapacity(elements.count)
        var problems: [FieldProblems.Problem] = []
        for (index, element) in elements.enumerated() {
            do {
                result.append(try Element.read(element))
            } catch {
                problems += error.inside(String(index)).problems
            }
        }
        guard problems.isEmpty else { throw FieldProblems(problems) }
        return result
    }

    public var json: JSON? { .array(map { $0.json ?? .null }) }
}

extension Dictionary: FieldValue where Key == String, Value: FieldValue {
    public static var schema: JSON { ["type": "object", "additionalProperties": Value.schema] }

    public static func read(_ json: JSON?) throws(FieldProblems) -> [String: Value] {
        guard case .object(let object)? = json else { throw mismatch(json, needs: "an object") }
        var result: [String: Value] = [:]
        var problems: [FieldProblems.Problem] = []
        for member in object {
            do {
                result[member.name] = try Value.read(member.value)
            } catch {
                problems += error.inside(member.name).problems
            }
        }
        guard problems.isEmpty else { throw FieldProblems(problems) }
        return result
    }

    /// Members sorted by name, so that equal dictionaries give equal text.
    public var json: JSON? {
        var object = JSONObject()
        for (name, value) in sorted(by: { $0.key < $1.key }) { object[name] = value.json }
        return .object(object)
    }
}
