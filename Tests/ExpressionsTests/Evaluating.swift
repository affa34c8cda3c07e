import PatchbayExpressions
import PatchbayJSON
import Testing

/// A scope with something of everything, and the names that belong to it.
struct Evaluating {
    var scope = Scope(
        trigger: [
            "kind": "webhook",
            "body": [
                "user": ["name": "Ada", "email": "ada@example.com", "tags": ["a", "b"], "manager": nil],
                "count": 3, "price": 2.5, "big": .uint(.max), "items": [["id": 1], ["id": 2]], "package": "box",
            ],
            "headers": ["x-github-event": "push"],
        ],
        steps: ["get_user": ["user": ["id": 7], "ok": true], "with-hyphen": "text"],
        env: ["SLACK_CHANNEL": "#deployments"], run: ["id": "run_1", "workflow_id": "wf_1"],
        workflow: ["id": "wf_1", "name": "deploy", "version": 2])
    var names = KnownNames(
        steps: ["get_user", "with-hyphen", "not_run"], env: ["SLACK_CHANNEL"])
    var limits = ExpressionLimits.standard

    /// The value of one expression.
    func callAsFunction(_ expression: String) throws -> JSON { try text("{{ " + expression + " }}") }

    func text(_ text: String) throws -> JSON {
        try Template(text, names: names, limits: limits).evaluate(in: scope, limits: limits)
    }

    /// The first error of one expression, at save or in the run; columns count from the expression's start.
    func error(_ expression: String, sourceLocation: SourceLocation = #_sourceLocation) -> ExpressionError? {
        textError("{{" + expression + "}}", sourceLocation: sourceLocation).map {
            var error = $0
            error.column -= 2
            return error
        }
    }

    func textError(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) -> ExpressionError? {
        do {
            let value = try self.text(text)
            Issue.record("\(text) gave \(value.text)", sourceLocation: sourceLocation)
            return nil
        } catch let failure as CompilationFailure {
            return failure.errors.first
        } catch {
            return error as? ExpressionError
        }
    }
}
