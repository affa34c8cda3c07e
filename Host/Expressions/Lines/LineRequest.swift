import PatchbayCore
import PatchbayJSON

/// What a line of `patchbay expr … --lines` asks, member by member. Members that a language does not know are passed over,
/// so that cases of test suites can be sent as they are.
struct LineRequest {
    /// Why a line cannot be answered with a value.
    struct Refusal: Error {
        var message: String
        var hint: String?
        var line: Int?
        var column: Int?

        init(_ message: String, hint: String? = nil, line: Int? = nil, column: Int? = nil) {
            self.message = message
            self.hint = hint
            self.line = line
            self.column = column
        }

        /// With line and column in the text that it is about.
        init(_ fault: Fault, in source: String) { self.init(fault.located(in: Array(source.utf8))) }

        init(_ error: ExpressionError) {
            self.init(error.message, hint: error.hint, line: error.line, column: error.column)
        }
    }

    private let object: JSONObject

    /// What `answer` makes of the line, or `{"error": {"message", "hint"?, "line"?, "column"?}}`.
    static func answer(_ json: JSON, _ answer: (LineRequest) throws(Refusal) -> JSON) -> JSON {
        do throws(Refusal) {
            guard let object = json.object else {
                throw Refusal("a line holds an object, and this is \(json.article)")
            }
            return try answer(LineRequest(object: object))
        } catch {
            return ["error": error.json]
        }
    }

    private init(object: JSONObject) { self.object = object }

    subscript(name: String) -> JSON? { object[name] }

    /// Nil when it is absent or null.
    func text(_ name: String) throws(Refusal) -> String? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let text = value.string else { throw wrongType(name, "a string", value) }
        return text
    }

    func required(_ name: String) throws(Refusal) -> String {
        guard let text = try text(name) else { throw Refusal("the line lacks \(name.quoted)") }
        return text
    }

    func flag(_ name: String) throws(Refusal) -> Bool {
        guard let value = object[name], !value.isNull else { return false }
        guard let flag = value.bool else { throw wrongType(name, "true or false", value) }
        return flag
    }

    func number(_ name: String) throws(Refusal) -> Int? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let number = value.int.flatMap(Int.init(exactly:)) else { throw wrongType(name, "a whole number", value) }
        return number
    }

    func members(_ name: String) throws(Refusal) -> JSONObject? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let members = value.object else { throw wrongType(name, "an object", value) }
        return members
    }

    private func wrongType(_ name: String, _ wanted: String, _ value: JSON) -> Refusal {
        Refusal("\(name.quoted) must be \(wanted), and this is \(value.article)")
    }
}

extension LineRequest.Refusal {
    var json: JSON {
        var object: JSONObject = ["message": .string(message)]
        if let hint { object["hint"] = .string(hint) }
        if let line, let column {
            object["line"] = .int(Int64(line))
            object["column"] = .int(Int64(column))
        }
        return .object(object)
    }
}
