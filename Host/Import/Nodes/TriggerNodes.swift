import PatchbayCore
import PatchbayJSON

/// What starts runs.
enum TriggerNodes {
    static func manual(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        NodeDraft(.manual, .trigger, config: [:])
    }

    // MARK: Webhooks

    static func webhook(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        var config = JSONObject()
        let path = webhookPath(try work.word("path"))
        if let path { config["path"] = .string(path) }
        _ = work.flag("multipleMethods")
        let methods = work.raw("httpMethod")
        if let list = methods?.array {
            config["method"] = .array(list)
        } else {
            config["method"] = .string(methods?.string ?? "GET")
        }
        if try work.word("authentication", "none") != "none" {
            work.approximate(
                "who may deliver is not checked yet: add \"verify\" with a scheme, because n8n's way has no equal")
        }
        switch try work.word("responseMode", "onReceived") {
        case "responseNode", "lastNode": config["wait"] = "1m"
        default: break
        }
        var draft = NodeDraft(.webhook, .trigger, config: config)
        draft.trigger = Items("trigger", shape: webhookShape)
        return draft
    }

    static let webhookShape = Shape(
        members: [
            ("body", .source("trigger.body")), ("headers", .source("trigger.headers")),
            ("query", .source("trigger.query")),
        ], rest: nil, subject: "a delivery to a webhook")

    /// Parts that n8n takes as parameters (`:id`) have no equal, and characters neither that a path cannot have here.
    private static func webhookPath(_ path: String) -> String? {
        let parts = path.split(separator: "/").filter { !$0.hasPrefix(":") }.map { part in
            String(
                part.map { character in
                    character.isASCII && (character.isLetter || character.isNumber || "-_.~".contains(character))
                        ? character : "-"
                }.prefix(60))
        }
        let kept = parts.filter { $0 != "." && $0 != ".." && !$0.isEmpty }.joined(separator: "/")
        return kept.isEmpty ? nil : String(kept.prefix(200))
    }

    // MARK: Other workflows

    static func failure(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        var draft = NodeDraft(.error, .trigger, config: [:])
        let error = Shape(
            members: [("message", .source("trigger.body.error.message"))], rest: nil, subject: "a failure")
        let execution = Shape(
            members: [
                ("id", .source("trigger.body.run_id")), ("error", .shape(error)),
                ("lastNodeExecuted", .source("trigger.body.error.node")), ("mode", .source("trigger.body.trigger")),
            ], rest: nil, subject: "a failed run")
        let workflow = Shape(
            members: [
                ("id", .source("trigger.body.workflow_id")), ("name", .source("trigger.body.workflow_name")),
            ], rest: nil, subject: "a failed workflow")
        draft.trigger = Items(
            "trigger.body",
            shape: Shape(
                members: [("execution", .shape(execution)), ("workflow", .shape(workflow))], rest: nil,
                subject: "a failed run"))
        work.approximate("here it starts for every workflow of the tenant, until \"workflows\" names some")
        return draft
    }

    // MARK: Polling

    static func feed(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        var draft = NodeDraft(.poll, .trigger, config: [:])
        draft.members = [
            "uses": "rss/new_entries",
            "config": ["every": "5m", "id": "/id", "input": ["url": try work.required("feedUrl")]],
        ]
        _ = work.raw("pollTimes")
        work.approximate("it asks every 5 minutes; change \"every\" as you need it")
        draft.trigger = Items(
            "trigger.body",
            shape: Shape(
                members: [
                    ("contentSnippet", .source("trigger.body.summary")), ("content", .source("trigger.body.summary")),
                    ("isoDate", .source("trigger.body.published")), ("pubDate", .source("trigger.body.published")),
                    ("guid", .source("trigger.body.id")), ("creator", .source("trigger.body.author")),
                ], rest: "trigger.body", subject: "an entry"))
        return draft
    }

    static func mail(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        var input = JSONObject()
        if let mailbox = try work.word("mailbox", "INBOX") as String?, mailbox != "INBOX" {
            input["mailbox"] = .string(mailbox)
        }
        var draft = NodeDraft(.poll, .trigger, config: [:])
        draft.members = ["uses": "email/new_messages", "credential": .string(work.neededCredential(for: "email"))]
        draft.members["config"] = ["every": "1m", "id": "/id", "input": .object(input)]
        draft.trigger = Items(
            "trigger.body",
            shape: Shape(
                members: [
                    ("textPlain", .source("trigger.body.text")), ("textHtml", .source("trigger.body.html")),
                    ("subject", .source("trigger.body.subject")), ("date", .source("trigger.body.received_at")),
                    ("from", .source("trigger.body.from[0].address")), ("to", .source("trigger.body.to[0].address")),
                ], rest: "trigger.body", subject: "a message"))
        work.approximate("messages stay unread; the connector's settings name the server")
        return draft
    }
}
