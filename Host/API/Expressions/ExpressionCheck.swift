import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

/// What can be said of an expression without running it; a credential is refused, as it is in a node's input.
struct ExpressionCheck {
    /// Nil when there are errors.
    private(set) var type: ValueType?
    private(set) var errors: [JSON] = []

    init(_ body: ExpressionBody, on ground: ExpressionGround) {
        do throws(CompilationFailure) {
            if let value = body.value {
                let compiled = try CompiledValue(compiling: value, names: ground.names)
                type = compiled.type(origin: "the value")
                for (step, pointer) in compiled.stepPlaces {
                    check(step, value.string(at: pointer), at: pointer, ground)
                }
            } else {
                let template = try body.text.compile(names: ground.names)
                type = template.type
                for step in template.references.compactMap(\.step).sorted() {
                    check(step, body.text.text, at: "", ground)
                }
            }
        } catch {
            errors = error.errors.prefix(APIError.mostProblems).map { error in
                error.json(in: body.value?.string(at: error.pointer) ?? body.text.text)
            }
        }
        if !errors.isEmpty { type = nil }
    }

    private mutating func check(_ step: String, _ text: String, at pointer: String, _ ground: ExpressionGround) {
        guard let problem = ground.unreadable[step], errors.count < APIError.mostProblems else { return }
        errors.append(problem.json(in: text, at: pointer))
    }
}

extension Reference {
    fileprivate var step: String? { if case .step(let id) = self { id } else { nil } }
}

extension JSON {
    /// Empty where there is none.
    fileprivate func string(at pointer: String) -> String {
        JSONPointer(pointer).flatMap { value(at: $0)?.string } ?? ""
    }
}
