import PatchbayJSON
import PatchbaySchemas

/// What is said about a value: "/place: message (hint)" for each violation.
func judge(
    _ value: JSON, _ schema: JSON, limits: ValidationLimits = ValidationLimits(),
    unknown: (JSON) -> Bool = { $0.string?.hasPrefix("{{") == true }
) throws -> [String] {
    try Schema(schema).validate(value, limits: limits, unknown: unknown).map { violation in
        let place = violation.instance.tokens.isEmpty ? "" : "\(violation.instance): "
        return place + violation.message + (violation.hint.map { " (\($0))" } ?? "")
    }
}

/// What is wrong with a schema.
func refusals(of schema: JSON) -> [String] {
    do {
        _ = try Schema(schema)
        return []
    } catch {
        return error.problems.map { "\($0.place): \($0.message)" }
    }
}
