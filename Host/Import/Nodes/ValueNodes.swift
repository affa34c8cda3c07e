import PatchbayCore
import PatchbayJSON

/// Edit Fields (Set), and what makes lists of values and values of lists.
enum ValueNodes {
    // MARK: Set

    static func set(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        var values = JSONObject()
        var keepsRest: Bool
        if work.node.version < 3 {
            keepsRest = !work.flag("keepOnlySet")
            for type in ["string", "number", "boolean"] {
                try read(work.raw("values.\(type)"), "value", "values.\(type)", &work, &values)
            }
        } else if try work.word("mode", "manual") == "raw" {
            keepsRest = rest(&work)
            if let json = try work.json("jsonOutput") {
                guard let object = json.object else { return try whole(json, keepsRest, &work) }
                values = object
            }
        } else {
            keepsRest = rest(&work)
            try readFields(&work, &values)
            try read(work.raw("assignments.assignments"), "value", "assignments.assignments", &work, &values)
        }
        let dots = work.raw("options.dotNotation")?.bool ?? true
        let nested = dots ? try Self.nested(values) : values
        if try work.word("include", "all") == "selected" || work.raw("options.include") != nil, keepsRest {
            throw Untranslatable("keeping some fields of the item has no equal; name them one by one")
        }
        guard keepsRest, work.place.current != nil else {
            return NodeDraft(.set, .item, config: ["values": .object(nested)])
        }
        if dots, values.contains(where: { $0.name.contains(".") }) {
            work.approximate("an object that is set at a path replaces the whole object of the item")
        }
        return joined(nested, work)
    }

    /// Version 3 has `include`, later ones `includeOtherFields`.
    private static func rest(_ work: inout NodeWork) -> Bool {
        if work.node.version < 3.3 { return (work.raw("include")?.string ?? "all") != "none" }
        return work.flag("includeOtherFields")
    }

    private static func whole(
        _ json: JSON, _ keepsRest: Bool, _ work: inout NodeWork
    ) throws(Untranslatable) -> NodeDraft {
        guard json.string?.hasPrefix("{{") == true else { throw Untranslatable("what is set must be an object") }
        guard keepsRest, let current = work.place.current else {
            return NodeDraft(.transform, .item, config: ["value": json])
        }
        return NodeDraft(
            .aggregate, .item, config: ["as": "merge", "values": [.string("{{ \(current.whole) }}"), json]])
    }

    /// The item with further members.
    static func joined(_ values: JSONObject, _ work: NodeWork) -> NodeDraft {
        guard let current = work.place.current else {
            return NodeDraft(.set, .item, config: ["values": .object(values)])
        }
        let rest = JSON.string("{{ \(current.whole) }}")
        guard !values.isEmpty else { return NodeDraft(.transform, .item, config: ["value": rest]) }
        return NodeDraft(.aggregate, .item, config: ["as": "merge", "values": [rest, .object(values)]])
    }

    private static func read(
        _ json: JSON?, _ member: String, _ path: String, _ work: inout NodeWork, _ values: inout JSONObject
    ) throws(Untranslatable) {
        for (index, field) in (json?.array ?? []).enumerated() {
            guard let name = field["name"]?.string, !name.isEmpty else { continue }
            let pointer = "\(work.pointer(path))/\(index)/\(member)"
            values[try work.name(name)] = try typed(
                field[member] ?? "", field["type"]?.string ?? "", at: pointer, &work)
        }
    }

    /// `fields.values` of versions 3.0 to 3.2, with a member for each type.
    private static func readFields(_ work: inout NodeWork, _ values: inout JSONObject) throws(Untranslatable) {
        for (index, field) in (work.raw("fields.values")?.array ?? []).enumerated() {
            guard let name = field["name"]?.string, !name.isEmpty else { continue }
            let type = field["type"]?.string ?? "stringValue"
            let pointer = "\(work.pointer("fields.values"))/\(index)/\(type)"
            let word = String(type.replacing("Value", with: ""))
            values[try work.name(name)] = try typed(field[type] ?? "", word, at: pointer, &work)
        }
    }

    /// A fixed text stands for a value of its type.
    private static func typed(
        _ json: JSON, _ type: String, at pointer: String, _ work: inout NodeWork
    ) throws(Untranslatable) -> JSON {
        guard let text = json.string, !ScriptTemplate.isTemplate(text) else {
            return try work.translated(json, at: pointer)
        }
        switch type {
        case "number":
            guard let number = try? JSON(parsing: Array(text.trimmed.utf8)), number.double != nil else {
                throw Untranslatable("\(text.quoted) is no number")
            }
            return number
        case "boolean": return .bool(text.trimmed.lowercased() == "true")
        case "array", "object":
            guard let value = try? JSON(parsing: Array(text.utf8)) else {
                throw Untranslatable("a fixed value is no JSON")
            }
            return NodeWork.escaped(value)
        default: return .string(NodeWork.literal(text))
        }
    }

    /// `{"a.b": 1}` is `{"a": {"b": 1}}`.
    static func nested(_ values: JSONObject) throws(Untranslatable) -> JSONObject {
        var result = JSONObject()
        for value in values {
            try put(value.value, at: value.name.split(separator: ".").map(String.init)[...], into: &result)
        }
        return result
    }

    private static func put(_ value: JSON, at path: ArraySlice<String>, into object: inout JSONObject)
        throws(Untranslatable)
    {
        guard let first = path.first, path.count <= 32 else { throw Untranslatable("a field has no name") }
        guard path.count > 1 else { object[first] = value; return }
        var inner = object[first]?.object ?? [:]
        try put(value, at: path.dropFirst(), into: &inner)
        object[first] = .object(inner)
    }

    // MARK: Lists

    /// Split Out, and Item Lists' old operation of that kind.
    static func split(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        let field = try work.word("fieldToSplitOut", try work.word("fieldsToSplitOut"))
        guard !field.isEmpty, !field.contains(",") else {
            throw Untranslatable("splitting several fields at once has no equal")
        }
        guard try work.word("include", "noOtherFields") == "noOtherFields" else {
            throw Untranslatable("keeping other fields beside each element has no equal; use a loop")
        }
        guard let input = work.place.input else { throw Untranslatable("nothing comes into this node") }
        let name = work.raw("options.destinationFieldName")?.string
        let lists =
            input.isList
            ? "\(input.source).map(each => \(path(field, of: "each"))).flatten()"
            : path(field, of: input.shape == nil ? input.source : "(\(input.whole))")
        if input.shape?[field] != nil, let shape = input.shape, case .source(let source)? = shape[field] {
            return elements(of: source, name, &work)
        }
        return elements(of: lists, name, &work)
    }

    private static func elements(of list: String, _ name: String?, _ work: inout NodeWork) -> NodeDraft {
        if let name, !name.isEmpty {
            return NodeDraft(
                .transform, .all, config: ["value": .string("{{ \(list).map(each => {\(Term.quoted(name)): each}) }}")],
                gives: .init(.list))
        }
        work.approximate("elements that are no objects are items as they are; n8n puts them under the field's name")
        return NodeDraft(.transform, .all, config: ["value": .string("{{ \(list) }}")], gives: .init(.list))
    }

    static func path(_ field: String, of base: String) -> String {
        field.split(separator: ".").reduce(Term(base)) { $0.member(String($1)) }.source
    }

    static func itemLists(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        switch try work.word("operation", "splitOutItems") {
        case "splitOutItems": return try split(&work)
        case "limit": return try limit(&work)
        case "concatenateItems", "aggregateItems": return try aggregate(&work)
        case "sort": return try sort(&work)
        case "removeDuplicates": return try distinct(&work)
        case let operation: throw Untranslatable("the operation \(operation.quoted) has no equal")
        }
    }

    static func limit(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        let most = max(0, work.raw("maxItems")?.int ?? 1)
        guard work.raw("maxItems")?.string == nil else { throw Untranslatable("the limit is an expression") }
        guard let list = work.list else { return pass(&work) }
        let keepsLast = try work.word("keep", "firstItems") == "lastItems"
        let (from, to) =
            keepsLast
            ? ("math.greatest(0, size(\(list)) - \(most))", "size(\(list))")
            : ("0", "math.least(\(most), size(\(list)))")
        return NodeDraft(
            .transform, .all, config: ["value": .string("{{ \(list).slice(\(from), \(to)) }}")], gives: .init(.list))
    }

    static func sort(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        let fields = work.raw("sortFieldsUi.sortField")?.array ?? []
        guard fields.count == 1, let field = fields[0]["fieldName"]?.string, try work.word("type", "simple") == "simple"
        else { throw Untranslatable("sorting by anything but one field has no equal") }
        guard let list = work.list else { return pass(&work) }
        let sorted = "\(list).sortBy(each => \(path(field, of: "each")))"
        let isDown = fields[0]["order"]?.string == "descending"
        return NodeDraft(
            .transform, .all, config: ["value": .string("{{ \(sorted)\(isDown ? ".reverse()" : "") }}")],
            gives: .init(.list))
    }

    static func distinct(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        guard try work.word("compare", "allFields") == "allFields",
            try work.word("operation", "removeDuplicateInputItems") == "removeDuplicateInputItems"
                || work.node.shortType == "itemLists"
        else { throw Untranslatable("duplicates are found here by all fields only") }
        guard let list = work.list else { return pass(&work) }
        return NodeDraft(
            .transform, .all, config: ["value": .string("{{ \(list).distinct() }}")], gives: .init(.list))
    }

    /// What comes in goes on.
    static func pass(_ work: inout NodeWork) -> NodeDraft {
        guard let input = work.place.input else { return NodeDraft(.set, .all, config: ["values": [:]]) }
        return NodeDraft(
            .transform, .all, config: ["value": .string("{{ \(input.isList ? input.source : input.whole) }}")],
            gives: .init(input.isList ? .list : .value))
    }

    /// Aggregate: one item of many.
    static func aggregate(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        guard let input = work.place.input else { throw Untranslatable("nothing comes into this node") }
        let list = input.list
        if try work.word("aggregate", "aggregateIndividualFields") == "aggregateAllItemData" {
            guard try work.word("include", "allFields") == "allFields" else {
                throw Untranslatable("keeping some fields of the items has no equal")
            }
            let name = try work.word("destinationFieldName", "data")
            return NodeDraft(.set, .all, config: ["values": .object([name: .string("{{ \(list) }}")])])
        }
        var values = JSONObject()
        for field in work.raw("fieldsToAggregate.fieldToAggregate")?.array ?? [] {
            guard let name = field["fieldToAggregate"]?.string, !name.isEmpty, !ScriptTemplate.isTemplate(name) else {
                throw Untranslatable("the field to put together is not written out")
            }
            let renamed = field["renameField"]?.bool == true ? field["outputFieldName"]?.string : nil
            values[renamed ?? String(name.split(separator: ".").last ?? "")] = .string(
                "{{ \(list).map(each => \(path(name, of: "each"))) }}")
        }
        guard !values.isEmpty else { throw Untranslatable("no field is put together") }
        return NodeDraft(.set, .all, config: ["values": .object(values)])
    }
}
