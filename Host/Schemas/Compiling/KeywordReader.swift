import PatchbayCore
import PatchbayJSON

/// Reads the keywords of one schema into rules, as far as its dialect has them. A keyword of a wrong shape, by the
/// meta-schema, is a problem and no rule.
struct KeywordReader {
    let keywords: JSONObject
    let place: Int
    let vocabularies: Vocabularies
    private let groups: KeywordGroups

    init(keywords: JSONObject, place: Int, vocabularies: Vocabularies) {
        self.keywords = keywords
        self.place = place
        self.vocabularies = vocabularies
        var groups = KeywordGroups(of: keywords)
        if !vocabularies.contains(.metaData) { groups.remove(.metaData) }
        if !vocabularies.contains(.content) { groups.remove(.content) }
        if !vocabularies.contains(.validation) { groups.subtract([.types, .values, .numbers, .texts, .counts]) }
        if !vocabularies.contains(.applicator) { groups.subtract([.children, .inPlace]) }
        if !vocabularies.contains(.unevaluated) { groups.remove(.unevaluated) }
        if vocabularies.isDisjoint(with: [.formatAnnotation, .formatAssertion]) { groups.remove(.format) }
        self.groups = groups
    }

    func rules(_ compiler: inout SchemaCompiler) -> [SchemaNode.Rule] {
        if !groups.isDisjoint(with: [.names, .core]) { checkCore(&compiler) }
        if groups.contains(.metaData) { checkMetaData(&compiler) }
        if groups.contains(.content) { checkContent(&compiler) }
        var rules: [SchemaNode.Rule] = []
        if groups.contains(.types), let types = types(&compiler) { rules.append(types) }
        if groups.contains(.values) { rules += valueRules(&compiler) }
        if groups.contains(.numbers) { rules += numberRules(&compiler) }
        if groups.contains(.texts) { rules += textRules(&compiler) }
        if groups.contains(.format), let format = format(&compiler) { rules.append(format) }
        if groups.contains(.counts) { rules += countRules(&compiler) }
        if groups.contains(.children) { rules += childRules(&compiler) }
        if groups.contains(.references) { rules += referenceRules(&compiler) }
        if groups.contains(.inPlace) { rules += inPlaceRules(&compiler) }
        if groups.contains(.unevaluated) {
            // Last, since they speak of what the others have left.
            if let node = schema("unevaluatedItems", &compiler) { rules.append(.unevaluatedItems(node)) }
            if let node = schema("unevaluatedProperties", &compiler) { rules.append(.unevaluatedMembers(node)) }
        }
        return rules
    }

    /// What a person may call what the schema asks for.
    func phrase(of rules: [SchemaNode.Rule]) -> String? {
        if let title = keywords["title"]?.string, !title.isEmpty { return title.quoted }
        if case .types(let kinds)? = rules.first { return kinds.phrase }
        return nil
    }

    private func valueRules(_ compiler: inout SchemaCompiler) -> [SchemaNode.Rule] {
        var rules: [SchemaNode.Rule] = []
        if let constant = keywords["const"] { rules.append(.constant(constant)) }
        if let values = array("enum", &compiler) { rules.append(.oneOfValues(.init(values))) }
        return rules
    }

    private func textRules(_ compiler: inout SchemaCompiler) -> [SchemaNode.Rule] {
        var rules: [SchemaNode.Rule] = []
        if let bounds = bounds("minLength", "maxLength", &compiler) { rules.append(.length(bounds)) }
        if let text = string("pattern", &compiler), let pattern = compiler.pattern(text, place, ["pattern"]) {
            rules.append(.pattern(pattern))
        }
        return rules
    }

    private func countRules(_ compiler: inout SchemaCompiler) -> [SchemaNode.Rule] {
        let rules: [SchemaNode.Rule?] = [
            bounds("minItems", "maxItems", &compiler).map { .itemCount($0) },
            flag("uniqueItems", &compiler) == true ? .uniqueItems : nil,
            bounds("minProperties", "maxProperties", &compiler).map { .memberCount($0) },
            keywords["required"].flatMap { names($0, ["required"], &compiler) }.map { .required($0) },
            dependentRequired(&compiler),
        ]
        if keywords["contains"] == nil || !vocabularies.contains(.applicator) {
            // Of no effect then, but they must be right.
            _ = bounds("minContains", "maxContains", &compiler)
        }
        return rules.compactMap(\.self)
    }

    private func childRules(_ compiler: inout SchemaCompiler) -> [SchemaNode.Rule] {
        let rules: [SchemaNode.Rule?] = [
            items(&compiler),
            contains(&compiler),
            members(&compiler),
            schema("propertyNames", &compiler).map { .names($0) },
        ]
        return rules.compactMap(\.self)
    }

    private func referenceRules(_ compiler: inout SchemaCompiler) -> [SchemaNode.Rule] {
        ["$ref", "$dynamicRef"].compactMap { keyword in
            string(keyword, &compiler).flatMap { compiler.rule(referringTo: $0, from: place, keyword) }
        }
    }

    private func inPlaceRules(_ compiler: inout SchemaCompiler) -> [SchemaNode.Rule] {
        let dependencies = dependencies(&compiler)
        let rules: [SchemaNode.Rule?] = [
            schemas(in: "dependentSchemas", &compiler).map { .dependentSchemas($0.byName) },
            dependencies.map { .dependentRequired($0.names, keyword: "dependencies") },
            dependencies.map { .dependentSchemas($0.schemas) },
            schemas(listedIn: "allOf", &compiler).map { .all($0) },
            schemas(listedIn: "anyOf", &compiler).map { .any($0) },
            schemas(listedIn: "oneOf", &compiler).map { .exactlyOne($0) },
            schema("not", &compiler).map { .not($0) },
            condition(&compiler),
        ]
        return rules.compactMap(\.self)
    }

    // MARK: Single keywords

    private func types(_ compiler: inout SchemaCompiler) -> SchemaNode.Rule? {
        guard let value = keywords["type"] else { return nil }
        let words = value.string.map { [JSON.string($0)] } ?? value.array ?? []
        var kinds: ValueKinds = []
        for (number, word) in words.enumerated() {
            guard let kind = word.string.flatMap(ValueKinds.init(word:)) else {
                let known = ValueKinds.named.map(\.word)
                let near = word.string.flatMap { Suggestion.nearest(to: $0, among: known) }
                let hint = near.map { ", did you mean \"\($0)\"?" } ?? ""
                compiler.refuse(place, ["type"], "must name types of \(known.joined(separator: ", "))\(hint)")
                return nil
            }
            if words[..<number].contains(word) {
                compiler.refuse(place, ["type"], "names \(word.text) twice")
                return nil
            }
            kinds.formUnion(kind)
        }
        if kinds.isEmpty {
            compiler.refuse(place, ["type"], "must be the name of a type or an array of such names")
            return nil
        }
        return .types(kinds)
    }

    private func numberRules(_ compiler: inout SchemaCompiler) -> [SchemaNode.Rule] {
        func number(_ keyword: String, _ rule: (JSON) -> NumberRule) -> SchemaNode.Rule? {
            guard let value = keywords[keyword] else { return nil }
            guard value.double != nil else {
                compiler.refuse(place, [keyword], "found \(value.phrase), must be a number")
                return nil
            }
            return .number(rule(value))
        }
        if let divisor = keywords["multipleOf"]?.double, divisor <= 0 {
            compiler.refuse(place, ["multipleOf"], "must be greater than 0")
        }
        let rules: [SchemaNode.Rule?] = [
            number("minimum") { .minimum($0) }, number("maximum") { .maximum($0) },
            number("exclusiveMinimum") { .above($0) }, number("exclusiveMaximum") { .below($0) },
            number("multipleOf") { .multiple(of: $0) },
        ]
        return rules.compactMap(\.self)
    }

    private func format(_ compiler: inout SchemaCompiler) -> SchemaNode.Rule? {
        guard let name = string("format", &compiler), let format = Format(rawValue: name) else { return nil }
        let isAsserted = compiler.formats == .assertion || vocabularies.contains(.formatAssertion)
        return isAsserted ? .format(format) : nil
    }

    private func items(_ compiler: inout SchemaCompiler) -> SchemaNode.Rule? {
        let prefix = schemas(listedIn: "prefixItems", &compiler)
        let rest = schema("items", &compiler)
        return prefix == nil && rest == nil ? nil : .items(prefix: prefix ?? [], rest: rest)
    }

    private func contains(_ compiler: inout SchemaCompiler) -> SchemaNode.Rule? {
        let isCounted = vocabularies.contains(.validation)
        let bounds = isCounted ? bounds("minContains", "maxContains", &compiler) : nil
        guard let node = schema("contains", &compiler) else { return nil }
        return .contains(node, SchemaNode.Bounds(least: bounds?.least ?? 1, most: bounds?.most))
    }

    private func members(_ compiler: inout SchemaCompiler) -> SchemaNode.Rule? {
        let named = schemas(in: "properties", &compiler)
        let patterned = schemas(in: "patternProperties", &compiler)
        let others = schema("additionalProperties", &compiler)
        guard named != nil || patterned != nil || others != nil else { return nil }
        var members = SchemaNode.Members(named: named?.byName ?? [:], names: named?.names ?? [], others: others)
        for text in patterned?.names ?? [] {
            guard let pattern = compiler.pattern(text, place, ["patternProperties", text]),
                let node = patterned?.byName[text]
            else { continue }
            members.patterns.append((pattern, node))
        }
        return .members(members)
    }

    private func dependentRequired(_ compiler: inout SchemaCompiler) -> SchemaNode.Rule? {
        guard let object = object("dependentRequired", &compiler) else { return nil }
        var dependents: [String: [String]] = [:]
        for member in object {
            dependents[member.name] = names(member.value, ["dependentRequired", member.name], &compiler)
        }
        return .dependentRequired(dependents, keyword: "dependentRequired")
    }

    /// The older form of both `dependentRequired` and `dependentSchemas`.
    private func dependencies(
        _ compiler: inout SchemaCompiler
    ) -> (names: [String: [String]], schemas: [String: Int])? {
        guard let object = object("dependencies", &compiler) else { return nil }
        var names: [String: [String]] = [:]
        var schemas: [String: Int] = [:]
        let children = Dictionary(
            compiler.nodes(below: place, "dependencies").map { ($0.name, $0.node) }, uniquingKeysWith: { $1 })
        for member in object {
            let tokens = ["dependencies", member.name]
            if member.value.array != nil {
                names[member.name] = self.names(member.value, tokens, &compiler)
            } else {
                schemas[member.name] = children[member.name]
            }
        }
        return (names, schemas)
    }

    private func condition(_ compiler: inout SchemaCompiler) -> SchemaNode.Rule? {
        let success = schema("then", &compiler)
        let failure = schema("else", &compiler)
        guard let test = schema("if", &compiler) else { return nil }
        return .condition(test: test, success: success, failure: failure)
    }
}
