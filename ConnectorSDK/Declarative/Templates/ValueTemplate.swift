package import PatchbayJSON

/// A JSON value with templates in its texts.
///
/// An object of `$each` and `$as` is an array: what `$as` makes of each element of `$each`, named `item` in it.
package indirect enum ValueTemplate: Sendable, Equatable {
    case literal(JSON)
    case text(Template)
    case array([ValueTemplate])
    case object([Member])
    case each(Template, ValueTemplate)

    package struct Member: Sendable, Equatable {
        package var name: String
        package var value: ValueTemplate
    }

    /// The value; nil when it is one expression without a value. Members and elements without a value are left out.
    package func value(in scope: inout TemplateScope) throws(TemplateError) -> JSON? {
        switch self {
        case .literal(let literal): return literal
        case .text(let template): return try template.value(in: &scope)
        case .array(let elements):
            var array: [JSON] = []
            for element in elements {
                if let value = try element.value(in: &scope) { array.append(value) }
            }
            return .array(array)
        case .object(let members):
            var object = JSONObject(minimumCapacity: members.count)
            for member in members {
                if let value = try member.value.value(in: &scope) { object[member.name] = value }
            }
            return .object(object)
        case .each(let source, let element):
            guard let found = try source.value(in: &scope), !found.isNull else { return nil }
            guard let array = found.array else {
                throw TemplateError(
                    "is of type \(found.kind), `$each` needs an array", path: source.whole?.paths.last ?? [])
            }
            let outer = scope.roots["item"]
            defer { scope.roots["item"] = outer }
            var result: [JSON] = []
            for item in array {
                try scope.charge(8)
                scope.roots["item"] = item
                if let value = try element.value(in: &scope) { result.append(value) }
            }
            return .array(result)
        }
    }

    /// Every template in it, each with the pointer to it and whether `item` is known there.
    package func templates(
        at pointer: JSONPointer, inEach: Bool = false
    ) -> [(template: Template, pointer: JSONPointer, inEach: Bool)] {
        switch self {
        case .literal: []
        case .text(let template): [(template, pointer, inEach)]
        case .array(let elements):
            elements.enumerated().flatMap { $1.templates(at: pointer.appending($0), inEach: inEach) }
        case .object(let members):
            members.flatMap { $0.value.templates(at: pointer.appending($0.name), inEach: inEach) }
        case .each(let source, let element):
            [(source, pointer.appending("$each"), inEach)]
                + element.templates(at: pointer.appending("$as"), inEach: true)
        }
    }
}
