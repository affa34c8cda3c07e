public import PatchbayJSON

extension String: FieldValue {
    public static var schema: JSON { ["type": "string"] }

    public static func read(_ json: JSON?) throws(FieldProblems) -> String {
        guard case .string(let text)? = json else { throw mismatch(json, needs: "a string") }
        return text
    }

    public var json: JSON? { .string(self) }
}

extension Bool: FieldValue {
    public static var schema: JSON { ["type": "boolean"] }

    public static func read(_ json: JSON?) throws(FieldProblems) -> Bool {
        guard case .bool(let truth)? = json else { throw mismatch(json, needs: "true or false") }
        return truth
    }

    public var json: JSON? { .bool(self) }
}

extension Int: FieldValue {
    public static var schema: JSON { ["type": "integer"] }

    public static func read(_ json: JSON?) throws(FieldProblems) -> Int {
        guard let number = json?.int, let whole = Int(exactly: number) else {
            throw mismatch(json, needs: "a whole number of 64 bits")
        }
        return whole
    }

    public var json: JSON? { .int(Int64(self)) }
}

extension Double: FieldValue {
    public static var schema: JSON { ["type": "number"] }

    public static func read(_ json: JSON?) throws(FieldProblems) -> Double {
        guard let number = json?.double else { throw mismatch(json, needs: "a number") }
        return number
    }

    /// Infinite values and NaN, which JSON has not, are left out.
    public var json: JSON? { isFinite ? .double(self) : nil }
}

extension JSON: FieldValue {
    public static var schema: JSON { [:] }

    public static func read(_ json: JSON?) throws(FieldProblems) -> JSON {
        guard let json else { throw FieldProblems("is missing") }
        return json
    }

    public var json: JSON? { self }
}

extension JSONObject: FieldValue {
    public static var schema: JSON { ["type": "object"] }

    public static func read(_ json: JSON?) throws(FieldProblems) -> JSONObject {
        guard case .object(let object)? = json else { throw mismatch(json, needs: "an object") }
        return object
    }

    public var json: JSON? { .object(self) }
}

/// A text that must be one of the type's cases:
///
/// ```swift
/// enum State: String, FieldChoice { case open, closed, all }
/// ```
public protocol FieldChoice: FieldValue, CaseIterable, RawRepresentable where RawValue == String {}

extension FieldChoice {
    public static var schema: JSON {
        ["type": "string", "enum": .array(allCases.map { .string($0.rawValue) })]
    }

    public static func read(_ json: JSON?) throws(FieldProblems) -> Self {
        let choices = allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
        guard case .string(let text)? = json else { throw mismatch(json, needs: "one of \(choices)") }
        guard let choice = Self(rawValue: text) else { throw FieldProblems("is `\(text)`, needs one of \(choices)") }
        return choice
    }

    public var json: JSON? { .string(rawValue) }
}

func mismatch(_ json: JSON?, needs: String) -> FieldProblems {
    guard let json else { return FieldProblems("is missing, needs \(needs)") }
    return FieldProblems("is \(json.kind.article), needs \(needs)")
}

extension String {
    /// `integer` → `an integer`.
    var article: String {
        if self == "null" { return self }
        return ("aeiou".contains(self.first ?? " ") ? "an " : "a ") + self
    }
}
