package import PatchbayJSON

/// A JSON Schema (draft 2020-12, all vocabularies), compiled once and then held against any number of values.
///
/// `format` says something about values and refuses none, unless that is asked for or the schema's own meta-schema asks
/// for it; `contentEncoding`, `contentMediaType` and `contentSchema` never refuse any. Patterns are matched in linear
/// time: look-around and references back to groups are refused when the schema is compiled. `Host/Docs/schemas.md` says
/// more.
package struct Schema: Sendable {
    /// The document it was compiled from.
    package let source: JSON
    let compiled: CompiledSchema
    private let memberDefaults: JSONObject

    /// Where the document's own schema stands among the nodes.
    static let root = 0

    /// Refuses a document with keywords of a wrong shape, patterns that cannot be matched, references that lead
    /// nowhere, or references that lead back to themselves without going into the value. All problems are told at once.
    ///
    /// - Parameters:
    ///   - uri: Where the document comes from; relative references start there when it has no `$id`.
    ///   - documents: What references to other documents may lead to.
    ///   - formats: Whether a text must be of the `format` that its schema names.
    package init(
        _ json: JSON, at uri: String = "", documents: SchemaDocuments = SchemaDocuments(),
        formats: FormatChecking = .annotation
    ) throws(SchemaError) {
        var compiler = SchemaCompiler(documents: documents, formats: formats)
        source = json
        compiled = try compiler.compile(json, at: uri)
        memberDefaults = Self.memberDefaults(in: compiled)
        guard let metaSchema = compiler.index.ownMetaSchema, let meta = documents.document(at: metaSchema) else {
            return
        }
        try Self.check(json, against: meta, at: metaSchema, documents)
    }

    /// A meta-schema that somebody wrote may ask for more than the keywords' shapes. It is itself read without looking
    /// at its own, which may be the same one.
    private static func check(
        _ json: JSON, against metaSchema: JSON, at uri: String, _ documents: SchemaDocuments
    ) throws(SchemaError) {
        var compiler = SchemaCompiler(documents: documents, formats: .annotation)
        let compiled = try compiler.compile(metaSchema, at: uri)
        var evaluation = Evaluation(schema: compiled, value: json, limits: ValidationLimits(), unknown: nil)
        let violations = evaluation.violations()
        guard violations.isEmpty else {
            throw SchemaError(
                problems: violations.map { violation in
                    let hint = violation.hint.map { ", \($0)" } ?? ""
                    return SchemaError.Problem(place: violation.instance, message: violation.message + hint)
                })
        }
    }

    /// Everything about the value that the schema does not allow, in the order of the value; empty when it fits.
    package func validate(_ value: JSON, limits: ValidationLimits = ValidationLimits()) -> [SchemaViolation] {
        var evaluation = Evaluation(schema: compiled, value: value, limits: limits, unknown: nil)
        return evaluation.violations()
    }

    /// The same for a value that is not whole yet.
    ///
    /// - Parameter unknown: Answers true for a value that will be known later, as a template: it satisfies any schema
    ///   and counts as present. What depends on it alone, as the choice of a branch, then refuses nothing.
    package func validate(
        _ value: JSON, limits: ValidationLimits = ValidationLimits(), unknown: (JSON) -> Bool
    ) -> [SchemaViolation] {
        withoutActuallyEscaping(unknown) { unknown in
            var evaluation = Evaluation(schema: compiled, value: value, limits: limits, unknown: unknown)
            return evaluation.violations()
        }
    }

    /// Whether the value fits, and everything that is wrong when not: `{"valid": …, "errors": […]}`, as the standard's
    /// output format "basic" has it.
    package func verdict(on value: JSON, limits: ValidationLimits = ValidationLimits()) -> JSON {
        let violations = validate(value, limits: limits)
        return ["valid": .bool(violations.isEmpty), "errors": .array(violations.map(\.json))]
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
