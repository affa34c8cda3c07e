package import PatchbayCore
package import PatchbayJSON
import PatchbaySchemas

/// What comes with a decision, held against what the task asks for.
package enum TaskForm {
    private static let limits = ValidationLimits(violations: 20, steps: 200_000)

    /// Empty when nothing is wrong. Throws `SchemaError` for a schema that cannot be used.
    package static func problems(_ form: JSON, of task: HumanTask) throws -> [Problem] {
        guard form.size(within: HumanTask.largestPayload) == nil else {
            return [
                Problem(
                    code: "too-large", pointer: "/form",
                    message: "\"form\" has more than \(HumanTask.largestPayload) bytes")
            ]
        }
        guard let schema = task.form else {
            guard !form.isNull else { return [] }
            return [
                Problem(
                    code: "unknown-member", pointer: "/form", message: "the task asks for no form",
                    hint: "leave \"form\" out")
            ]
        }
        return try Schema(schema).validate(form, limits: limits).map {
            Problem(code: "bad-value", pointer: "/form\($0.instance)", message: $0.message, hint: $0.hint)
        }
    }
}

extension TaskChoice {
    /// What is kept of a decision: with what was decided about, as it was then.
    package func entry(of task: HumanTask) -> JSON {
        [
            "value": .string(value), "label": (task.option(value)?.label).map { .string($0) } ?? .null,
            "comment": .string(comment), "form": form, "payload": task.payload,
        ]
    }
}
