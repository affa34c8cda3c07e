import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

/// Expressions that are being written: what they give, what is wrong with them, and how they could go on. An expression
/// with mistakes is what editors ask about all the time, so it is answered with 200.
struct ExpressionRoutes {
    let grounds: ExpressionGrounds
    let limits: APILimits

    var routes: [Route] {
        [
            Route(.post, "/expressions/evaluate", evaluate), Route(.post, "/expressions/validate", validate),
            Route(.post, "/expressions/complete", complete),
        ]
    }

    /// `{"value", "type"}` or `{"error"}`.
    @Sendable private func evaluate(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try ExpressionBody(try await request.json(limit: limits.body), to: .evaluate)
        let ground = try await grounds.ground(body.ground, in: context.tenant, areTyped: false)
        do throws(CompilationFailure) {
            let template = try body.text.compile(names: ground.names, takesSecret: true)
            return Response(Self.result(of: template, in: ground.scope, text: body.text.text))
        } catch {
            return Response(["error": error.errors[0].json(in: body.text.text)])
        }
    }

    private static func result(of template: Template, in scope: Scope, text: String) -> JSON {
        do throws(ExpressionError) {
            let value = try template.evaluate(in: scope)
            let type = template.type == .dyn || value.isNull ? value.expressionType : template.type.title
            return ["value": value, "type": .string(type)]
        } catch {
            return ["error": error.json(in: text)]
        }
    }

    /// `{"valid", "type", "errors"}`.
    @Sendable private func validate(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try ExpressionBody(try await request.json(limit: limits.body), to: .validate)
        let ground = try await grounds.ground(body.ground, in: context.tenant, areTyped: true)
        let found = ExpressionCheck(body, on: ground)
        return Response([
            "valid": .bool(found.errors.isEmpty), "type": found.type.map { .string($0.title) } ?? .null,
            "errors": .array(found.errors),
        ])
    }

    /// `{"from", "to", "items", "incomplete"}`.
    @Sendable private func complete(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try ExpressionBody(try await request.json(limit: limits.body), to: .complete)
        let ground = try await grounds.ground(body.ground, in: context.tenant, areTyped: true)
        var names = ground.names
        names.steps.subtract(ground.unreadable.keys)
        return Response(Completion(of: body.text, at: body.cursor, names: names).json)
    }
}
