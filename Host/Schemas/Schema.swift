package import PatchbayJSON

/// A JSON Schema (draft 2020-12), compiled once and then held against any number of values.
///
/// What is judged: `type`, `enum`, `const`; `properties`, `required`, `additionalProperties`, `propertyNames`,
/// `minProperties`, `maxProperties`, `dependentRequired`, `dependentSchemas`; `prefixItems`, `items`, `minItems`,
/// `maxItems`, `uniqueItems`, `contains`, `minContains`, `maxContains`; `minLength`, `maxLength`; `minimum`, `maximum`,
/// `exclusiveMinimum`, `exclusiveMaximum`, `multipleOf`; `allOf`, `anyOf`, `oneOf`, `not`, `if`, `then`, `else`; and
/// `$ref` to a place in the same document. Any other keyword says something about values and refuses none. Beside
/// `patternProperties`, `additionalProperties` is not applied: it could refuse a member that matches a pattern.
package struct Schema: Sendable {
    /// The document it was compiled from.
    package let source: JSON
    /// Every schema inside the document that can be reached; they name each other by position, so that a schema may
    /// contain itself.
    let nodes: [SchemaNode]
    private let memberDefaults: JSONObject

    /// Where the document's own schema stands among the nodes.
    static let root = 0

    /// Refuses a document with keywords of a wrong shape, references that lead nowhere, or references that lead back to
    /// themselves without going into the value. All problems are told at once.
    package init(_ json: JSON) throws(SchemaError) {
        source = json
        var compiler = SchemaCompiler(source: json)
        nodes = try compiler.compile()
        memberDefaults = Self.memberDefaults(in: nodes, of: json)
    }

    /// Everything about the value that the schema does not allow, in the order of the value; empty when it fits.
    ///
    /// - Parameter unknown: Answers true for a value that will be known later, as a template: it satisfies any schema and
    ///   counts as present. What depends on it alone, as the choice of a branch, then refuses nothing.
    package func validate(
        _ value: JSON, limits: ValidationLimits = ValidationLimits(), unknown: (JSON) -> Bool = { _ in false }
    ) -> [SchemaViolation] {
        withoutActuallyEscaping(unknown) { unknown in
            var evaluation = Evaluation(nodes: nodes, limits: limits, unknown: unknown)
            return evaluation.violations(of: value)
        }
    }

    /// An object with those members of the outermost object for which the schema has a `default`, be it in the member's
    /// schema or in one that it refers to. Empty when there are none.
    package func defaults() -> JSON {
        .object(memberDefaults)
    }

    /// The object with the defaults of the members it lacks, behind its own. Any other value is answered as it is.
    package func applyingDefaults(to value: JSON) -> JSON {
        guard case .object(var object) = value else { return value }
        for member in memberDefaults where object[member.name] == nil { object[member.name] = member.value }
        return .object(object)
    }
}
