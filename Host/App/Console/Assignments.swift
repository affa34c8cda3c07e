import PatchbayJSON

/// Settings on the command line: `name=value`, where a value that is JSON is taken as such.
enum Assignments {
    static func read(_ texts: [String]) throws -> JSON {
        var object = JSONObject()
        for text in texts {
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
                throw CommandFailure("`\(text)` is no setting; write name=value.")
            }
            let value = String(text[text.index(after: equals)...])
            object[String(text[..<equals])] = (try? JSON(parsing: value)) ?? .string(value)
        }
        return .object(object)
    }
}
