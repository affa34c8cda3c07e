package import PatchbayJSON

/// `{"template", "context"?}` → `{"value"}`.
package enum TemplateLine {
    package static func answer(_ line: JSON, surroundings: Surroundings) -> JSON {
        LineRequest.answer(line) { request throws(LineRequest.Refusal) in
            let text = try request.required("template")
            let context: TemplateContext
            do throws(TemplateContext.Refusal) {
                context = try TemplateContext(request["context"] ?? [:], surroundings: surroundings)
            } catch {
                throw LineRequest.Refusal(error.message, hint: error.hint)
            }
            return ["value": try value(of: text, in: context)]
        }
    }

    private static func value(of text: String, in context: TemplateContext) throws(LineRequest.Refusal) -> JSON {
        let template: Template
        do throws(CompilationFailure) {
            template = try Template(text, names: context.names, takesSecret: true)
        } catch {
            throw LineRequest.Refusal(error.errors[0])
        }
        do throws(ExpressionError) {
            return try template.evaluate(in: context.scope)
        } catch {
            throw LineRequest.Refusal(error)
        }
    }
}
