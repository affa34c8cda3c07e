import PatchbayCore
import PatchbayJSON

/// HTTP Request, versions 1 to 4.
enum RequestNodes {
    static func request(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        var input: JSONObject = ["url": try work.required("url")]
        let method = try work.word(work.node.version < 3 ? "requestMethod" : "method", "GET").uppercased()
        if method != "GET" { input["method"] = .string(method) }
        if work.node.version < 3 { try readOld(&work, &input) } else { try readNew(&work, &input) }
        if let timeout = work.raw("options.timeout")?.int { input["timeout_ms"] = .int(min(600_000, max(1, timeout))) }
        let uses = try authentication(&work)
        var draft = NodeDraft.action("http/request", input, credential: uses)
        let isWhole =
            work.flag("options.fullResponse") || work.flag("options.response.response.fullResponse")
        let format = try work.word("responseFormat", try work.word("options.response.response.responseFormat", "auto"))
        if format == "file" {
            throw Untranslatable(
                "answers as files (binary data) have no equal; http's response_format base64 comes near")
        }
        let isText = format == "string" || format == "text"
        if isText { setFormat("text", &draft) }
        let name =
            work.raw("dataPropertyName")?.string ?? work.raw("options.response.response.outputPropertyName")?.string
        draft.outputs = [output(isWhole: isWhole, textIn: isText ? name ?? "data" : nil)]
        if !isWhole, !isText {
            work.approximate("where the answer is a list, n8n makes an item of each element; here it stays one value")
        }
        return draft
    }

    private static func setFormat(_ format: JSON, _ draft: inout NodeDraft) {
        guard var input = draft.members["input"]?.object else { return }
        input["response_format"] = format
        draft.members["input"] = .object(input)
    }

    private static func output(isWhole: Bool, textIn name: String?) -> NodeDraft.Output {
        if isWhole {
            return NodeDraft.Output(.value) { source in
                Shape(
                    members: [
                        ("statusCode", .source(source + ".status")), ("headers", .source(source + ".headers")),
                        (name ?? "body", .source(source + ".body")),
                    ], rest: nil, subject: "the answer to a request")
            }
        }
        guard let name else { return NodeDraft.Output(.value, suffix: ".body") }
        return NodeDraft.Output(.value) { source in
            Shape(members: [(name, .source(source + ".body"))], rest: nil, subject: "the answer to a request")
        }
    }

    private static func authentication(_ work: inout NodeWork) throws(Untranslatable) -> String? {
        let kind = try work.word("authentication", "none")
        _ = (work.raw("nodeCredentialType"), work.raw("genericAuthType"))
        guard kind != "none" || !work.node.credentials.isEmpty, let name = work.credential(for: "http") else {
            return nil
        }
        work.approximate("the credential goes only to hosts that it names itself: patchbay credential add --host")
        return name
    }

    // MARK: Versions 1 and 2

    private static func readOld(_ work: inout NodeWork, _ input: inout JSONObject) throws(Untranslatable) {
        let isJSON = work.flag("jsonParameters")
        for (member, form, text) in [
            ("query", "queryParametersUi.parameter", "queryParametersJson"),
            ("headers", "headerParametersUi.parameter", "headerParametersJson"),
        ] {
            let value = isJSON ? try work.json(text) : try work.pairs(form)
            if let value, value != [:] { input[member] = value }
        }
        let type = try work.word("options.bodyContentType", "json")
        let body = isJSON ? try work.json("bodyParametersJson") : try work.pairs("bodyParametersUi.parameter")
        guard let body, body != [:] else { return }
        switch type {
        case "json": input["json"] = body
        case "form-urlencoded": input["form"] = body
        default: throw Untranslatable("bodies of the type \(type.quoted) have no equal")
        }
    }

    // MARK: Versions 3 and 4

    private static func readNew(_ work: inout NodeWork, _ input: inout JSONObject) throws(Untranslatable) {
        for (member, send, specify, form, text) in [
            ("query", "sendQuery", "specifyQuery", "queryParameters.parameters", "jsonQuery"),
            ("headers", "sendHeaders", "specifyHeaders", "headerParameters.parameters", "jsonHeaders"),
        ] where work.flag(send) {
            let value = try work.word(specify, "keypair") == "json" ? try work.json(text) : try work.pairs(form)
            if let value, value != [:] { input[member] = value }
        }
        if work.raw("options.redirect.redirect.followRedirects")?.bool == false { input["follow_redirects"] = false }
        if let most = work.raw("options.redirect.redirect.maxRedirects")?.int {
            input["max_redirects"] = .int(min(20, max(0, most)))
        }
        if work.flag("options.response.response.neverError") { input["fail_on_error_status"] = false }
        if work.raw("options.pagination.pagination.paginationMode").map({ $0 != "off" }) ?? false {
            throw Untranslatable("reading several pages is another action here: http/paginate")
        }
        guard work.flag("sendBody") else { return }
        try readBody(&work, &input)
    }

    private static func readBody(_ work: inout NodeWork, _ input: inout JSONObject) throws(Untranslatable) {
        let isJSON = try work.word("specifyBody", "keypair") != "keypair"
        switch try work.word("contentType", "json") {
        case "json":
            input["json"] = isJSON ? try work.json("jsonBody") : try work.pairs("bodyParameters.parameters")
        case "form-urlencoded":
            guard !isJSON else { input["text"] = try work.value("body"); return }
            input["form"] = try work.pairs("bodyParameters.parameters")
        case "raw":
            input["text"] = try work.value("body")
            if let type = try work.value("rawContentType") { input["content_type"] = type }
        case let type: throw Untranslatable("bodies of the type \(type.quoted) have no equal")
        }
    }
}

extension NodeWork {
    /// `[{name, value}]` as an object.
    mutating func pairs(_ path: String) throws(Untranslatable) -> JSON? {
        guard let list = raw(path)?.array else { return nil }
        var object = JSONObject()
        for (index, pair) in list.enumerated() {
            guard let name = pair["name"]?.string, !name.isEmpty else { continue }
            object[try self.name(name)] = try translated(pair["value"] ?? "", at: "\(pointer(path))/\(index)/value")
        }
        return .object(object)
    }
}
