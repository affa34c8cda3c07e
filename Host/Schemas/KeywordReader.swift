import PatchbayCore
import PatchbayJSON

/// Reads the keywords of one schema into rules. A keyword of a wrong shape is a problem and no rule.
struct KeywordReader {
    let keywords: JSONObject
    let place: JSONPointer

    func rules(_ compiler: inout SchemaCompiler) -> [SchemaNode.Rule] {
        var rules: [SchemaNode.Rule?] = [types(&compiler)]
        if let constant = keywords["const"] { rules.append(.constant(constant)) }
        if let values = array("enum", &compiler) { rules.append(.oneOfValues(values)) }
        rules += numberRules(&compiler)
        rules += [
            bounds("minLength", "maxLength", &compiler).map { .length($0) },
            bounds("minItems", "maxItems", &compiler).map { .itemCount($0) },
            uniqueItems(&compiler),
            items(&compiler),
            contains(&compiler),
            bounds("minProperties", "maxProperties", &compiler).map { .memberCount($0) },
            required(&compiler),
            members(&compiler),
            schema("propertyNames", &compiler).map { .names($0) },
            dependentRequired(&compiler),
            schemas(in: "dependentSchemas", &compiler).map { .dependentSchemas($0.byName) },
            reference(&compiler),
            schemas(listedIn: "allOf", &compiler).map { .all($0) },
            schemas(listedIn: "anyOf", &compiler).map { .any($0) },
            schemas(listedIn: "oneOf", &compiler).map { .exactlyOne($0) },
            schema("not", &compiler).map { .not($0) },
            condition(&compiler),
        ]
        return rules.compactMap(\.self)
    }

    /// What a person may call what the schema asks for.
    func phrase(of rules: [SchemaNode.Rule]) -> String? {
        if let title = keywords["title"]?.string, !title.isEmpty { return title.quoted }
        if case .types(let kinds)? = rules.first { return kinds.phrase }
        return nil
    }

    private func types(_ compiler: inout SchemaCompiler) -> SchemaNode.Rule? {
        guard let value = keywords["type"] else { return nil }
        let words = value.string.map { [JSON.string($0)] } ?? value.array ?? []
        var kinds: ValueKinds = []
        for word in words {
            guard let kind = word.string.flatMap(ValueKinds.init(word:)) else {
                let known = ValueKinds.named.map(\.word)
                let near = word.string.flatMap { Suggestion.nearest(to: $0, among: known) }
                let hint = near.map { ", did you mean \"\($0)\"?" } ?? ""
                compiler.refuse(place.appending("type"), "must name types of \(known.joined(separator: ", "))\(hint)")
                return nil
            }
            kinds.formUnion(kind)
        }
        if kinds.isEmpty {
            compiler.refuse(place.appending("type"), "must be the name of a type or an array of such names")
            return nil
        }
        return .types(kinds)
    }

    private func numberRules(_ compiler: inout SchemaCompiler) -> [SchemaNode.Rule?] {
        func number(_ keyword: String, _ rule: (JSON) -> NumberRule) -> SchemaNode.Rule? {
            guard let value = keywords[keyword] else { return nil }
            guard value.double != nil else {
                compiler.refuse(place.appending(keyword), "found \(value.phrase), must be a number")
                return nil
            }
            return .number(rule(value))
        }
        if let divisor = keywords["multipleOf"]?.double, divisor <= 0 {
            compiler.refuse(place.appending("multipleOf"), "must be greater than 0")
        }
        return [
            number("minimum") { .minimum($0) }, number("maximum") { .maximum($0) },
            number("exclusiveMinimum") { .above($0) }, number("exclusiveMaximum") { .below($0) },
            number("multipleOf") { .multiple(of: $0) },
        ]
    }

    private func uniqueItems(_ compiler: inout SchemaCompiler) -> SchemaNode.Rule? {
        guard let value = keywords["uniqueItems"] else { return nil }
        guard let unique = value.bool else {
            compiler.refuse(place.appending("uniqueItems"), "found \(value.phrase), must be true or false")
            return nil
        }
        return unique ? .uniqueItems : nil
    }

    private func items(_ compiler: inout SchemaCompiler) -> SchemaNode.Rule? {
        let prefix = schemas(listedIn: "prefixItems", &compiler)
        let rest = schema("items", &compiler)
        return prefix == nil && rest == nil ? nil : .items(prefix: prefix ?? [], rest: rest)
    }

    private func contains(_ compiler: inout SchemaCompiler) -> SchemaNode.Rule? {
        let bounds = bounds("minContains", "maxContains", &compiler)
        guard let node = schema("contains", &compiler) else { return nil }
        return .contains(node, SchemaNode.Bounds(least: bounds?.least ?? 1, most: bounds?.most))
    }

    private func members(_ compiler: inout SchemaCompiler) -> SchemaNode.Rule? {
        let named = schemas(in: "properties", &compiler)
        var others = schema("additionalProperties", &compiler)
        // Patterns are not judged, so which members are left for it is not known.
        if keywords["patternProperties"] != nil { others = nil }
        guard named != nil || others != nil else { return nil }
        return .members(.init(named: named?.byName ?? [:], names: named?.names ?? [], others: others))
    }

    private func required(_ compiler: inout SchemaCompiler) -> SchemaNode.Rule? {
        guard let value = keywords["required"] else { return nil }
        return names(value, place.appending("required"), &compiler).map { .required($0) }
    }

    private func dependentRequired(_ compiler: inout SchemaCompiler) -> SchemaNode.Rule? {
        guard let object = object("dependentRequired", &compiler) else { return nil }
        var dependents: [String: [String]] = [:]
        for member in object {
            let place = place.appending("dependentRequired").appending(member.name)
            dependents[member.name] = names(member.value, place, &compiler)
        }
        return .dependentRequired(dependents)
    }

    private func reference(_ compiler: inout SchemaCompiler) -> SchemaNode.Rule? {
        guard let value = keywords["$ref"] else { return nil }
        guard let reference = value.string else {
            compiler.refuse(place.appending("$ref"), "found \(value.phrase), must be a string")
            return nil
        }
        return compiler.node(referredToBy: reference, at: place.appending("$ref")).map { .reference($0) }
    }

    private func condition(_ compiler: inout SchemaCompiler) -> SchemaNode.Rule? {
        let success = schema("then", &compiler)
        let failure = schema("else", &compiler)
        guard let test = schema("if", &compiler), success != nil || failure != nil else { return nil }
        return .condition(test: test, success: success, failure: failure)
    }
}
