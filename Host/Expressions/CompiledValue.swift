import PatchbayCore
package import PatchbayJSON

/// A JSON value whose strings, however deep, may hold templates; compiled once, evaluated for every run. Names of
/// members are taken as they are.
package struct CompiledValue: Sendable {
    fileprivate indirect enum Part: Sendable {
        case constant(JSON)
        case template(Template, pointer: String)
        case array([Part])
        case object([(name: String, value: Part)])
    }

    /// Everything the templates read.
    package let references: Set<Reference>
    private let root: Part

    /// Compiles every template in the value, or says all that is wrong with them.
    package init(
        compiling json: JSON, names: KnownNames, limits: ExpressionLimits = .standard
    ) throws(CompilationFailure) {
        var compilation = Compilation(names: SharedNames(names), limits: limits)
        root = compilation.part(json, at: "", level: 0)
        references = compilation.references
        guard compilation.errors.isEmpty else { throw CompilationFailure(errors: compilation.errors) }
    }

    /// The value with every template replaced by what it gives. Fails at the first that cannot be evaluated.
    package func evaluate(
        in scope: Scope, limits: ExpressionLimits = .standard
    ) throws(ExpressionError) -> JSON {
        var budget = Budget(limits)
        return try Self.evaluate(root, in: scope, &budget)
    }

    private static func evaluate(
        _ part: Part, in scope: Scope, _ budget: inout Budget
    ) throws(ExpressionError) -> JSON {
        switch part {
        case .constant(let json): return json
        case .template(let template, let pointer):
            do throws(ExpressionError) {
                return try template.evaluate(in: scope, &budget)
            } catch {
                throw error.located(at: pointer)
            }
        case .array(let parts):
            var elements: [JSON] = []
            elements.reserveCapacity(parts.count)
            for part in parts { elements.append(try evaluate(part, in: scope, &budget)) }
            return .array(elements)
        case .object(let members):
            var object = JSONObject(minimumCapacity: members.count)
            for member in members { object[member.name] = try evaluate(member.value, in: scope, &budget) }
            return .object(object)
        }
    }

    private struct Compilation {
        let names: SharedNames
        let limits: ExpressionLimits
        var errors: [ExpressionError] = []
        var references: Set<Reference> = []

        mutating func part(_ json: JSON, at pointer: String, level: Int) -> Part {
            switch json {
            case .string(let text) where Template.isTemplate(text): return template(text, at: pointer)
            case .array(let elements):
                guard enter(level, at: pointer) else { return .constant(json) }
                var parts: [Part] = []
                parts.reserveCapacity(elements.count)
                for (index, element) in elements.enumerated() {
                    if Self.isPlain(element) {
                        parts.append(.constant(element))
                    } else {
                        parts.append(part(element, at: "\(pointer)/\(index)", level: level + 1))
                    }
                }
                return parts.allSatisfy(\.isConstant) ? .constant(json) : .array(parts)
            case .object(let object):
                guard enter(level, at: pointer) else { return .constant(json) }
                var parts: [(name: String, value: Part)] = []
                parts.reserveCapacity(object.count)
                for member in object {
                    if Self.isPlain(member.value) {
                        parts.append((member.name, .constant(member.value)))
                    } else {
                        let inner = pointer + "/" + member.name.pointerEscaped
                        parts.append((member.name, part(member.value, at: inner, level: level + 1)))
                    }
                }
                return parts.allSatisfy(\.value.isConstant) ? .constant(json) : .object(parts)
            default: return .constant(json)
            }
        }

        /// Whether there is nothing inside that could be a template, or too deep: it needs no pointer.
        private static func isPlain(_ json: JSON) -> Bool {
            switch json {
            case .string(let text): !Template.isTemplate(text)
            case .array, .object: false
            default: true
            }
        }

        private mutating func template(_ text: String, at pointer: String) -> Part {
            do throws(CompilationFailure) {
                let template = try Template(text, names: names, limits: limits)
                for reference in template.reads { references.insert(reference) }
                return .template(template, pointer: pointer)
            } catch {
                errors += error.errors.map { $0.located(at: pointer) }
                return .constant(.null)
            }
        }

        /// Notes, once for each branch, that the value is too deep.
        private mutating func enter(_ level: Int, at pointer: String) -> Bool {
            guard level >= limits.depth else { return true }
            errors.append(
                ExpressionError(
                    code: .limit, message: "the value is nested more than \(limits.depth) levels deep", pointer: pointer
                ))
            return false
        }
    }
}

extension CompiledValue {
    /// Whether any string in the value holds a template.
    package static func isTemplate(_ json: JSON) -> Bool {
        switch json {
        case .string(let text): Template.isTemplate(text)
        case .array(let elements): elements.contains(where: isTemplate)
        case .object(let object): object.contains { isTemplate($0.value) }
        default: false
        }
    }

    /// Whether the value is the same in every run.
    package var isConstant: Bool { root.isConstant }

    /// What it is in every run; nil when it reads something.
    package var constant: JSON? { if case .constant(let json) = root { json } else { nil } }

    /// What the value is in every run, as far as that is known without one.
    package enum ResultKind: Sendable {
        case bool, text, list, object, other

        /// For messages.
        package var article: String {
            switch self {
            case .bool: "true or false"
            case .text: "a string"
            case .list: "a list"
            case .object: "an object"
            case .other: "another value"
            }
        }
    }

    /// Nil when only a run can tell.
    package var kind: ResultKind? {
        switch root {
        case .constant(.bool): .bool
        case .constant(.string): .text
        case .template(let template, _): Self.kind(of: template.type)
        case .array, .constant(.array): .list
        case .object, .constant(.object): .object
        case .constant: .other
        }
    }

    private static func kind(of type: ValueType) -> ResultKind? {
        switch type {
        case .bool: .bool
        case .string: .text
        case .list: .list
        case .map, .object: .object
        case .dyn, .wrapper, .optional, .parameter, .opaque: nil
        default: .other
        }
    }

    /// The type of what it gives, as far as it is known.
    ///
    /// - Parameter origin: what the value is, for messages: `the output of "totals"`.
    package func type(origin: String) -> ValueType { Self.type(root, origin) }

    private static func type(_ part: Part, _ origin: String) -> ValueType {
        switch part {
        case .constant(let json): SchemaTypes.type(being: json, origin: origin)
        case .template(let template, _): template.type
        case .array(let parts): SchemaTypes.list(parts.map { type($0, "an element of \(origin)") })
        case .object(let members):
            .object(
                ObjectType(
                    members.reduce(into: [:]) { known, member in
                        known[member.name] = .init(type(member.value, "\(member.name.quoted) of \(origin)"))
                    }, others: nil, origin: origin))
        }
    }

    /// Which steps' outputs are read, and where: pointers from the value to the strings, in the value's order.
    package var stepPlaces: [(step: String, pointer: String)] {
        var places: [(step: String, pointer: String)] = []
        Self.collect(root, into: &places)
        return places
    }

    private static func collect(_ part: Part, into places: inout [(step: String, pointer: String)]) {
        switch part {
        case .constant: break
        case .template(let template, let pointer):
            let steps = template.reads.compactMap { if case .step(let id) = $0 { id } else { nil } }
            for step in steps.count > 1 ? Set(steps).sorted() : steps { places.append((step, pointer)) }
        case .array(let parts): for part in parts { collect(part, into: &places) }
        case .object(let members): for member in members { collect(member.value, into: &places) }
        }
    }
}

extension CompiledValue.Part {
    fileprivate var isConstant: Bool { if case .constant = self { true } else { false } }
}

extension ExpressionError {
    fileprivate func located(at pointer: String) -> ExpressionError {
        var error = self
        error.pointer = pointer
        return error
    }
}
