import PatchbayCore
import PatchbayJSON

/// Postgres, Redis, dates and digests.
enum DataNodes {
    static func postgres(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        let operation = try work.word("operation", "insert")
        let credential = work.neededCredential(for: "postgresql")
        switch operation {
        case "executeQuery":
            var input: JSONObject = ["sql": try work.required("query")]
            if input["sql"]?.string?.contains("{{") ?? false {
                work.approximate("values stand in the text of the statement; put them into \"parameters\"")
            }
            if let parameters = try work.texts("options.queryReplacement") { input["parameters"] = parameters }
            return .action(
                "postgresql/execute", input, credential: credential, gives: .init(.list, suffix: ".rows"))
        case "insert":
            var input: JSONObject = ["table": try work.required("table")]
            if let schema = try work.value("schema") { input["schema"] = schema }
            input["rows"] = [try row(&work)]
            return .action(
                "postgresql/insert", input, credential: credential,
                gives: .init(.input))
        case "select": return try selection(&work, credential)
        default: throw Untranslatable("postgresql has no action for \(operation.quoted); write the statement")
        }
    }

    private static func row(_ work: inout NodeWork) throws(Untranslatable) -> JSON {
        for name in ["columns.schema", "columns.mappingMode", "columns.matchingColumns"] { _ = work.raw(name) }
        if let row = try work.value("columns.value"), row.object?.isEmpty == false { return row }
        guard let current = work.place.current else { throw Untranslatable("nothing comes into this node") }
        guard let names = work.raw("columns")?.string, !ScriptTemplate.isTemplate(names) else {
            return .string("{{ \(current.whole) }}")
        }
        var row = JSONObject()
        for name in names.split(separator: ",").map(\.trimmed) where !name.isEmpty {
            row[name] = .string("{{ \(Term(current.whole).member(name).source) }}")
        }
        return .object(row)
    }

    private static func selection(
        _ work: inout NodeWork, _ credential: String
    ) throws(Untranslatable) -> NodeDraft {
        guard let table = work.raw("table")?.string, !ScriptTemplate.isTemplate(table), !table.isEmpty else {
            throw Untranslatable("the table is not written out")
        }
        let schema = work.raw("schema")?.string ?? "public"
        var sql = "select * from \(name(schema)).\(name(table))"
        var parameters: [JSON] = []
        let isAny = try work.word("combineConditions", "AND") == "OR"
        var tests: [String] = []
        for (index, test) in (work.raw("where.values")?.array ?? []).enumerated() {
            guard let column = test["column"]?.string, !ScriptTemplate.isTemplate(column),
                ["equal", "="].contains(test["condition"]?.string ?? "equal")
            else { throw Untranslatable("conditions other than equality have no equal; write the statement") }
            parameters.append(
                try work.translated(test["value"] ?? "", at: "\(work.pointer("where.values"))/\(index)/value"))
            tests.append("\(name(column)) = $\(parameters.count)")
        }
        if !tests.isEmpty { sql += " where " + tests.joined(separator: isAny ? " or " : " and ") }
        if work.raw("sort")?["values"] != nil { throw Untranslatable("sorting has no equal; write the statement") }
        var input: JSONObject = ["sql": .string(sql)]
        if !parameters.isEmpty { input["parameters"] = .array(parameters) }
        if !work.flag("returnAll") { input["limit"] = .int(max(1, work.raw("limit")?.int ?? 50)) }
        return .action("postgresql/query", input, credential: credential, gives: .init(.list, suffix: ".rows"))
    }

    private static func name(_ text: String) -> String { "\"" + text.replacing("\"", with: "\"\"") + "\"" }

    static func redis(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        let operation = try work.word("operation", "info")
        _ = work.raw("keyType")
        let credential = work.credential(for: "redis")
        switch operation {
        case "get", "pop":
            let name = try work.word("propertyName", "propertyName")
            let isGet = operation == "get"
            let key = try work.required(isGet ? "key" : "list")
            if !isGet { _ = work.raw("tail") }
            let end: JSONObject = work.raw("tail")?.bool == true ? ["end": "tail"] : [:]
            var input: JSONObject = ["key": key]
            if !isGet, let value = end["end"] { input["end"] = value }
            return .action(
                isGet ? "redis/get" : "redis/list_pop", input, credential: credential,
                gives: .init(.value) { source in
                    Shape(
                        members: [(name, .source(source + (isGet ? ".value" : ".values[0]")))], rest: nil,
                        subject: "what Redis gives")
                })
        case "set":
            var input: JSONObject = ["key": try work.required("key"), "value": try work.value("value") ?? ""]
            if work.flag("expire") { input["expire_seconds"] = try work.value("ttl") ?? 60 }
            _ = work.raw("ttl")
            return .action("redis/set", input, credential: credential, gives: .init(.input))
        case "delete":
            return .action(
                "redis/delete", ["keys": [try work.required("key")]], credential: credential, gives: .init(.input))
        case "incr":
            var input: JSONObject = ["key": try work.required("key")]
            if work.flag("expire") { input["expire_seconds"] = try work.value("ttl") ?? 60 }
            return .action("redis/increment", input, credential: credential)
        case "push":
            var input: JSONObject = ["key": try work.required("list"), "values": [try work.required("messageData")]]
            input["end"] = work.flag("tail") ? "tail" : "head"
            return .action("redis/list_push", input, credential: credential, gives: .init(.input))
        case "publish":
            let input: JSONObject = [
                "channel": try work.required("channel"), "message": try work.required("messageData"),
            ]
            return .action("redis/publish", input, credential: credential, gives: .init(.input))
        default: throw Untranslatable("redis has no action for \(operation.quoted)")
        }
    }

    // MARK: Small ones

    static func date(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        guard work.node.version >= 2 else {
            guard try work.word("action", "format") == "format", let value = work.raw("value") else {
                throw Untranslatable("calculating with dates has no equal here; use an expression in a set node")
            }
            let name = try work.word("dataPropertyName", "data")
            let pattern = try work.word("toFormat", "MM/DD/YYYY")
            _ = work.raw("custom")
            return try formatted(value, "value", pattern, name, &work)
        }
        switch try work.word("operation", "getCurrentDate") {
        case "getCurrentDate":
            _ = work.raw("includeTime")
            return ValueNodes.joined([try work.word("outputFieldName", "currentDate"): "{{ string(now()) }}"], work)
        case "formatDate":
            let format = try work.word("format", "MM/dd/yyyy")
            let pattern = format == "custom" ? try work.word("customFormat") : format
            guard let date = work.raw("date") else { throw Untranslatable("the date is empty") }
            return try formatted(date, "date", pattern, try work.word("outputFieldName", "formattedDate"), &work)
        case let operation:
            throw Untranslatable("\(operation.quoted) has no equal; use an expression in a set node")
        }
    }

    private static func formatted(
        _ value: JSON, _ path: String, _ pattern: String, _ name: String, _ work: inout NodeWork
    ) throws(Untranslatable) -> NodeDraft {
        let term = try work.term(value, at: work.pointer(path))
        let moment: Term = term.kind == .moment ? term : .function("timestamp", [term], .moment)
        var translator = ExpressionTranslator(place: work.place)
        translator.locals["date"] = .term(moment)
        let text = try translator.translate("date.format(\(Term.quoted(pattern)))")
        work.approximate("a time must be written as RFC 3339 has it")
        return ValueNodes.joined([name: .string("{{ \(text.source) }}")], work)
    }

    static func digest(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        let name = try work.word("dataPropertyName", "data")
        switch try work.word("action", "hash") {
        case "generate":
            guard try work.word("encodingType", "uuid") == "uuid" else {
                throw Untranslatable("random texts other than UUIDs have no equal")
            }
            return ValueNodes.joined([name: "{{ uuid() }}"], work)
        case "hash":
            let type = try work.word("type", "MD5")
            let words = ["MD5": "md5", "SHA256": "sha256", "SHA384": "sha384", "SHA512": "sha512", "SHA1": "sha1"]
            guard let word = words[type], try work.word("encoding", "hex") == "hex", let value = work.raw("value")
            else {
                throw Untranslatable("this digest has no equal")
            }
            let term = try work.term(value, at: work.pointer("value"))
            return ValueNodes.joined([name: .string("{{ hash(\(term.source), \"\(word)\") }}")], work)
        case let action: throw Untranslatable("\(action.quoted) has no equal")
        }
    }

    static func xml(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        let name = try work.word("dataPropertyName", "data")
        guard let current = work.place.current else { throw Untranslatable("nothing comes into this node") }
        guard try work.word("mode", "xmlToJson") == "xmlToJson" else {
            return .action(
                "transform/json_to_xml", ["json": .string("{{ \(current.whole) }}")], credential: nil,
                gives: .init(.value) { source in
                    Shape(members: [(name, .source(source + ".xml"))], rest: nil, subject: "the document")
                })
        }
        work.approximate("attributes are called @name here")
        return .action(
            "transform/xml_to_json", ["xml": .string("{{ \(Term(current.whole).member(name).source) }}")],
            credential: nil,
            gives: .init(.value, suffix: ".json"))
    }
}
