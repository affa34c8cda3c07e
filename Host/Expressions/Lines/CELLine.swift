import PatchbayCore
package import PatchbayJSON

/// `{"expr", "bindings"?, "input"?, "container"?, "disable_macros"?, "type_env"?, "plain"?}` → `{"value"}`, and with
/// `"check_only": true` → `{"type"}`.
///
/// `bindings` are tagged values by name (`Value.init(tagged:)`), and so is the answer, unless `plain` asks for JSON; the
/// members of `input` are names with JSON as it is. Names that `type_env` declares and nothing binds have no value.
package enum CELLine {
    package static func answer(_ line: JSON, surroundings: Surroundings) -> JSON {
        LineRequest.answer(line) { request throws(LineRequest.Refusal) in
            let text = try request.required("expr")
            let variables = try variables(request)
            let declared = try TypeDeclarations(request)
            var options = CEL.Options(
                container: try request.text("container") ?? "", disableMacros: try request.flag("disable_macros"))
            for name in variables.keys { options.variables[name] = .dyn }
            for name in declared.variables.keys { options.variables[name] = .dyn }
            if try request.flag("check_only") { return try type(text, options, declared) }
            let isPlain = try request.flag("plain")
            do throws(ExpressionError) {
                let value = try CEL.compile(text, options).evaluate(variables, surroundings: surroundings)
                return ["value": isPlain ? try plain(value) : value.tagged]
            } catch {
                throw LineRequest.Refusal(error)
            }
        }
    }

    private static func type(
        _ text: String, _ options: CEL.Options, _ declared: TypeDeclarations
    ) throws(LineRequest.Refusal) -> JSON {
        let environment = TypeEnvironment(
            variables: options.variables.merging(declared.variables) { $1 }, functions: declared.functions,
            container: options.container)
        let (type, errors) = environment.check(text)
        if let error = errors.first { throw LineRequest.Refusal(error) }
        return ["type": .string(type.description)]
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
