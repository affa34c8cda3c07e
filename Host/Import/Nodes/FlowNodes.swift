import PatchbayCore
import PatchbayJSON

/// What lets time pass, calls other workflows, answers and ends.
enum FlowNodes {
    static func wait(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        var config = JSONObject()
        switch try work.word("resume", "timeInterval") {
        case "timeInterval":
            let units = ["seconds": "s", "minutes": "m", "hours": "h", "days": "d"]
            let unit = try work.word("unit", work.node.version < 1.1 ? "hours" : "seconds")
            guard let letter = units[unit] else { throw Untranslatable("the unit \(unit.quoted) has no equal") }
            let amount = work.raw("amount") ?? (work.node.version < 1.1 ? 1 : 5)
            if let count = amount.int ?? amount.string.flatMap({ Int64($0.trimmed) }) {
                config["duration"] = .string("\(max(0, count))\(letter)")
            } else if let count = amount.double {
                let lengths: [String: Double] = ["s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
                let milliseconds = max(0, min(count, 3_000)) * (lengths[letter] ?? 1_000)
                config["duration"] = .string("\(Int64(milliseconds))ms")
            } else {
                let term = try work.term(amount, at: work.pointer("amount"))
                config["duration"] = .string("{{ string(int(\(term.source))) + \"\(letter)\" }}")
            }
        case "specificTime": config["until"] = try work.required("dateTime")
        case "webhook":
            for name in ["httpMethod", "responseMode", "options", "limitWaitTime", "responseCode"] {
                _ = work.raw(name)
            }
            config["event"] = "resume"
            work.approximate(
                "n8n resumes at an address; here send the event \"resume\" to the run (POST /api/v1/runs/{id}/events)")
            var draft = NodeDraft(.wait, .all, config: config)
            draft.outputs = [
                NodeDraft.Output(.value) { source in
                    Shape(members: [("body", .source(source + ".payload"))], rest: nil, subject: "an event")
                }
            ]
            return draft
        case let resume: throw Untranslatable("resuming by \(resume.quoted) has no equal")
        }
        return NodeDraft(.wait, .all, config: config, gives: .init(.input))
    }

    static func subworkflow(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        guard try work.word("source", "database") == "database" else {
            throw Untranslatable("sub-workflows from files, addresses or parameters have no equal")
        }
        let listed = work.node.parameters["workflowId"]?["cachedResultName"]?.string
        guard let named = work.raw("workflowId")?.string, !ScriptTemplate.isTemplate(named), !named.isEmpty else {
            throw Untranslatable("which workflow is meant is not written out")
        }
        var config: JSONObject = ["workflow": .string(listed?.isEmpty == false ? listed ?? named : named)]
        if let input = try work.value("workflowInputs.value"), input.object?.isEmpty == false {
            config["input"] = input
        } else if let current = work.place.current {
            config["input"] = .string("{{ \(current.whole) }}")
        }
        for name in ["workflowInputs", "workflowInputs.schema", "workflowInputs.mappingMode", "mode"] {
            _ = work.raw(name)
        }
        if work.raw("options.waitForSubWorkflow")?.bool == false { config["wait"] = false }
        return NodeDraft(.workflow, .item, config: config)
    }

    static func stop(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        let message: JSON?
        if try work.word("errorType", "errorMessage") == "errorObject" {
            message = try work.value("errorObject")
        } else {
            message = try work.value(anyOf: "errorMessage", "message")
        }
        return NodeDraft(
            .stop, .all, config: ["status": "failed", "message": message ?? "The workflow was stopped."])
    }

    static func respond(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        var config = JSONObject()
        if let status = try work.value("options.responseCode") { config["status"] = status }
        if let headers = try work.pairs("options.responseHeaders.entries"), headers != [:] {
            config["headers"] = headers
        }
        let standard = work.node.version < 1.1 && work.raw("responseBody") != nil ? "json" : "firstIncomingItem"
        switch try work.word("respondWith", standard) {
        case "text": config["body"] = try work.value("responseBody")
        case "json": config["body"] = try work.json("responseBody")
        case "noData": break
        case "firstIncomingItem":
            if let current = work.place.current { config["body"] = .string("{{ \(current.whole) }}") }
        case "allIncomingItems":
            if let input = work.place.input { config["body"] = .string("{{ \(input.list) }}") }
        case "redirect":
            let target = try work.required("redirectURL")
            config["status"] = config["status"] ?? 302
            var headers = config["headers"]?.object ?? [:]
            headers["Location"] = target
            config["headers"] = .object(headers)
        case let kind: throw Untranslatable("answering with \(kind.quoted) has no equal")
        }
        return NodeDraft(.respond, .all, config: config, gives: .init(.input))
    }
}
