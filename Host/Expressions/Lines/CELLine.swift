import PatchbayCore
package import PatchbayJSON

/// `{"expr", "bindings"?, "input"?, "container"?, "disable_macros"?, "type_env"?, "plain"?}` → `{"value"}`.
///
/// `bindings` are tagged values by name (`Value.init(tagged:)`), and so is the answer, unless `plain` asks for JSON; the
/// members of `input` are names with JSON as it is. Names that `type_env` declares and nothing binds have no value.
package enum CELLine {
    package static func answer(_ line: JSON, surroundings: Surroundings) -> JSON {
        LineRequest.answer(line) { request throws(LineRequest.Refusal) in
            let text = try request.required("expr")
            let variables = try variables(request)
            var options = CEL.Options(
                container: try request.text("container") ?? "", disableMacros: try request.flag("disable_macros"))
            for name in variables.keys { options.variables[name] = .dyn }
            for declaration in request["type_env"]?.array ?? [] where declaration["ident"] != nil {
                if let name = declaration["name"]?.string { options.variables[name] = .dyn }
            }
            let isPlain = try request.flag("plain")
            do throws(ExpressionError) {
                let value = try CEL.compile(text, options).evaluate(variables, surroundings: surroundings)
                return ["value": isPlain ? try plain(value) : value.tagged]
            } catch {
                throw LineRequest.Refusal(error)
            }
        }
    }

    private static func variables(_ request: LineRequest) throws(LineRequest.Refusal) -> [String: Value] {
        var variables: [String: Value] = [:]
        for member in try request.members("bindings") ?? [:] {
            guard let value = Value(tagged: member.value) else {
                throw LineRequest.Refusal(
                    "the binding \(member.name.quoted) is no tagged value",
                    hint: "write {\"t\": \"int\", \"v\": \"1\"}, or give JSON in \"input\"")
            }
            variables[member.name] = value
        }
        for member in try request.members("input") ?? [:] { variables[member.name] = Value(member.value) }
        return variables
    }

    private static func plain(_ value: Value) throws(ExpressionError) -> JSON {
        var budget = Budget(.standard)
        do throws(Fault) {
            return try value.json(&budget, at: 0)
        } catch {
            throw error.located(in: [])
        }
    }
}
