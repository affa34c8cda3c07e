import PatchbayCore
import PatchbayJSON

/// Slack and e-mail.
enum MessageNodes {
    static func slack(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        let resource = try work.word("resource", work.node.version < 2 ? "message" : "message")
        let operation = try work.word("operation", "post")
        _ = (work.raw("authentication"), work.raw("otherOptions.includeLinkToWorkflow"), work.raw("messageType"))
        let credential = work.neededCredential(for: "slack")
        switch (resource, operation) {
        case ("message", "post"), ("message", "postEphemeral"):
            if operation == "postEphemeral" { throw Untranslatable("ephemeral messages have no equal") }
            return try post(&work, credential)
        case ("message", "update"):
            var input: JSONObject = ["channel": try channel(&work), "ts": try work.required("ts")]
            input["text"] = try work.required("text")
            return .action("slack/update_message", input, credential: credential, gives: .init(.value, shape: sent))
        case ("reaction", "add"):
            let input: JSONObject = [
                "channel": try channel(&work), "timestamp": try work.required("timestamp"),
                "emoji": try work.required("name"),
            ]
            return .action("slack/add_reaction", input, credential: credential)
        default: throw Untranslatable("slack has no action for \(resource) \(operation) here")
        }
    }

    private static func post(_ work: inout NodeWork, _ credential: String) throws(Untranslatable) -> NodeDraft {
        if try work.word("select", "channel") == "user" {
            let input: JSONObject = ["user_id": try work.required("user"), "text": try work.required("text")]
            return .action("slack/send_dm", input, credential: credential, gives: .init(.value, shape: sent))
        }
        var input: JSONObject = ["channel": try channel(&work)]
        let blocks = try blocks(&work)
        input["text"] = try work.value("text") ?? (blocks == nil ? "" : " ")
        if let blocks { input["blocks"] = blocks }
        for name in ["thread_ts.replyValues.thread_ts", "thread_ts"] {
            if let value = try work.value("otherOptions.\(name)"), value.object == nil { input["thread_ts"] = value }
        }
        for name in ["unfurl_links", "unfurl_media"] {
            if let flag = work.raw("otherOptions.\(name)")?.bool { input[name] = .bool(flag) }
        }
        guard input["text"] != "" else { throw Untranslatable("the message has no text; attachments have no equal") }
        return .action("slack/send_message", input, credential: credential, gives: .init(.value, shape: sent))
    }

    private static func blocks(_ work: inout NodeWork) throws(Untranslatable) -> JSON? {
        guard let raw = work.raw("blocksUi"), raw.string != nil else { return nil }
        guard let json = try work.json("blocksUi") else { return nil }
        if let list = json["blocks"]?.array { return .array(list) }
        guard case .string(let text) = json, text.hasPrefix("{{ "), text.hasSuffix(" }}") else {
            return json.array == nil ? nil : json
        }
        let source = text.dropFirst(3).dropLast(3)
        return .string("{{ cel.bind(value, \(source), type(value) == map ? value.blocks : value) }}")
    }

    private static func channel(_ work: inout NodeWork) throws(Untranslatable) -> JSON {
        if let channel = try work.value("channelId") { return channel }
        if let channel = try work.value("channel") { return channel }
        throw Untranslatable("the channel is empty")
    }

    @Sendable private static func sent(_ source: String) -> Shape {
        Shape(
            members: [
                ("ts", .source(source + ".message_ts")), ("message_timestamp", .source(source + ".message_ts")),
                ("channel", .source(source + ".channel")), ("ok", .source("true")),
            ], rest: nil, subject: "Slack's answer")
    }

    // MARK: E-mail

    static func email(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        guard try work.word("operation", "send") == "send" else {
            throw Untranslatable("waiting for an answer by e-mail has no equal; use a human node")
        }
        _ = (work.raw("emailFormat"), work.raw("options.appendAttribution"), work.raw("resource"))
        var input = JSONObject()
        if let from = try work.value("fromEmail") { input["from"] = from }
        for (member, path) in [
            ("to", "toEmail"), ("cc", "options.ccEmail"), ("bcc", "options.bccEmail"), ("reply_to", "options.replyTo"),
        ] {
            if let list = try work.texts(path) { input[member] = list }
        }
        for (member, path) in [("cc", "ccEmail"), ("bcc", "bccEmail")] {
            if let list = try work.texts(path) { input[member] = list }
        }
        input["subject"] = try work.value("subject") ?? "(no subject)"
        if let text = try work.value("text") { input["text"] = text }
        if let html = try work.value("html") { input["html"] = html }
        if input["text"] == nil, input["html"] == nil { input["text"] = " " }
        guard work.raw("attachments") == nil, work.raw("options.attachments") == nil else {
            throw Untranslatable("attachments are files (binary data) in n8n, which have no equal")
        }
        return .action(
            "email/send_email", input, credential: work.credential(for: "email"),
            gives: .init(.value) { source in
                Shape(members: [("messageId", .source(source + ".message_id"))], rest: nil, subject: "a sent message")
            })
    }
}
