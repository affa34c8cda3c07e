package import PatchbayJSON

/// A JSON value whose strings, however deep, may hold templates; compiled once, evaluated for every run. Names of
/// members are taken as they are.
package struct CompiledValue: Sendable {
    /// Everything the templates read.
    package let references: Set<Reference>

    /// Compiles every template in the value, or says all that is wrong with them.
    package init(compiling json: JSON, names: KnownNames) throws(CompilationFailure) {
        references = []
    }

    /// The value with every template replaced by what it gives. Fails at the first that cannot be evaluated.
    package func evaluate(in scope: Scope) throws(ExpressionError) -> JSON {
        throw ExpressionError(code: .syntax, message: "the evaluator is not built yet")
    }

    /// Whether any string in the value holds a template.
    package static func isTemplate(_ json: JSON) -> Bool { false }
}
