import PatchbayCore
import PatchbayExpressions
import PatchbayJSON
import PatchbaySchemas

/// Holds a node's input against the action's schema. Templates are known in a run only, and count as fitting.
struct InputCheck {
    private var schemas: [OperationReference: Result<Schema, SchemaError>] = [:]

    /// What is wrong, with pointers from the input.
    mutating func problems(
        _ input: JSON, at place: String, uses: String, _ node: WorkflowNode, _ declaration: OperationDeclaration
    ) -> [Problem] {
        switch schema(declaration) {
        case .success(let schema):
            return schema.validate(input, unknown: isTemplate).map { problem($0, at: place, node, declaration) }
        case .failure(let error):
            let problem = Problem(
                code: "bad-connector", node: node.id, pointer: uses,
                message: "the input schema of \(declaration.reference) cannot be read: \(error)",
                hint: "install a repaired version of the connector")
            return [problem]
        }
    }

    private mutating func schema(_ declaration: OperationDeclaration) -> Result<Schema, SchemaError> {
        if let known = schemas[declaration.reference] { return known }
        let compiled: Result<Schema, SchemaError>
        do throws(SchemaError) {
            compiled = .success(try Schema(declaration.inputSchema))
        } catch {
            compiled = .failure(error)
        }
        schemas[declaration.reference] = compiled
        return compiled
    }

    private func isTemplate(_ json: JSON) -> Bool {
        guard case .string(let text) = json else { return false }
        return Template.isTemplate(text)
    }

    private func problem(
        _ violation: SchemaViolation, at place: String, _ node: WorkflowNode, _ declaration: OperationDeclaration
    ) -> Problem {
        let code =
            switch violation.schema.tokens.last {
            case "required", "dependentRequired": "missing-input"
            case "additionalProperties", "unevaluatedProperties", "propertyNames": "unknown-input"
            case "type": "wrong-type"
            default: "bad-input"
            }
        return Problem(
            code: code, node: node.id, pointer: place + violation.instance.description,
            message: "the input of \(declaration.reference.operation.quoted): \(violation.message)",
            hint: violation.hint)
    }
}
