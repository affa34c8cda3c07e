import PatchbayCore
import PatchbayJSON

/// OpenAI's nodes, and chains and agents of n8n's LangChain nodes that have a model and no tools.
enum ModelNodes {
    static func openAI(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        let isOld = work.node.type.hasPrefix("n8n-nodes-base.")
        let resource = try work.word("resource", isOld ? "text" : "text")
        let operation = try work.word("operation", isOld ? "complete" : "message")
        guard ["text", "chat"].contains(resource), ["complete", "message"].contains(operation) else {
            throw Untranslatable("openai has no action for \(resource) \(operation) here")
        }
        let model = try work.value(anyOf: "modelId", "chatModel", "model") ?? "gpt-4o-mini"
        var messages: [JSON] = []
        for path in ["messages.values", "prompt.messages", "messages", "responses.values"] {
            guard let list = work.raw(path)?.array else { continue }
            for (index, message) in list.enumerated() {
                let content = try work.translated(
                    message["content"] ?? "", at: "\(work.pointer(path))/\(index)/content")
                messages.append(["role": message["role"] ?? "user", "content": content])
            }
        }
        if messages.isEmpty, let prompt = try work.value("prompt"), prompt.string != nil {
            messages = [["role": "user", "content": prompt]]
        }
        guard !messages.isEmpty else { throw Untranslatable("there is no message") }
        var input: JSONObject = ["model": model, "messages": .array(messages)]
        try options(&work, &input)
        if work.flag("jsonOutput") { input["response_format"] = ["type": "json_object"] }
        let isParsed = work.flag("jsonOutput")
        _ = (work.raw("simplify"), work.raw("simplifyOutput"), work.raw("authentication"))
        return .action(
            "openai/chat_completion", input, credential: work.credential(for: "openai"),
            gives: .init(.value) { source in
                let content = isParsed ? "parseJSON(\(source).content)" : source + ".content"
                let message = Shape(
                    members: [("content", .source(content)), ("role", .source("\"assistant\""))], rest: nil,
                    subject: "the answer")
                return Shape(
                    members: [("message", .shape(message)), ("text", .source(content))], rest: nil,
                    subject: "the model's answer")
            })
    }

    private static func options(_ work: inout NodeWork, _ input: inout JSONObject) throws(Untranslatable) {
        if let value = try work.value("options.temperature") { input["temperature"] = value }
        if let value = try work.value("options.maxTokens"), value.string == nil || value.string?.hasPrefix("{{") == true
        {
            input["max_tokens"] = value
        }
    }

    /// Basic LLM Chain, and AI Agent.
    static func chain(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        let isAgent = work.node.shortType == "agent"
        let models = work.attached.filter { $0.shortType.hasPrefix("lm") }
        let others = work.attached.filter { !$0.shortType.hasPrefix("lm") }
        if let tool = others.first(where: { !$0.shortType.hasPrefix("memory") }) {
            throw Untranslatable("agents with tools and parsers (\(tool.name.quoted)) have no equal")
        }
        if let memory = others.first {
            work.approximate("the memory \(memory.name.quoted) has no equal: each call is new")
        }
        guard let model = models.first else { throw Untranslatable("no model is connected") }
        _ = (work.raw("promptType"), work.raw("agent"), work.flag("hasOutputParser"))
        let written = try work.value(anyOf: "text", "prompt")
        guard let text = written ?? chatInput(work) else {
            throw Untranslatable("there is no prompt")
        }
        var system: [JSON] = []
        if let message = try work.value("options.systemMessage") { system.append(message) }
        for (index, each) in (work.raw("messages.messageValues")?.array ?? []).enumerated() {
            guard (each["type"]?.string ?? "SystemMessagePromptTemplate").hasPrefix("System"),
                let message = each["message"]
            else { throw Untranslatable("examples among the messages have no equal") }
            system.append(
                try work.translated(message, at: "\(work.pointer("messages.messageValues"))/\(index)/message"))
        }
        return try call(model, text, system, isAgent: isAgent, &work)
    }

    /// What an agent asks when its prompt comes from the chat.
    private static func chatInput(_ work: NodeWork) -> JSON? {
        work.place.current.map { .string("{{ \(Term($0.whole).member("chatInput").source) }}") }
    }

    private static func call(
        _ model: N8NNode, _ text: JSON, _ system: [JSON], isAgent: Bool, _ work: inout NodeWork
    ) throws(Untranslatable) -> NodeDraft {
        var inner = NodeWork(model, place: work.place)
        let name = try inner.value(anyOf: "model", "modelName", "modelId")
        var messages = system.map { JSON.object(["role": "system", "content": $0]) }
        let prompt: JSON = ["role": "user", "content": text]
        var input = JSONObject()
        let uses: String
        switch model.shortType {
        case "lmChatOpenAi", "lmOpenAi":
            uses = "openai/chat_completion"
            messages.append(prompt)
            input = ["model": name ?? "gpt-4o-mini", "messages": .array(messages)]
            try options(&inner, &input)
        case "lmChatAnthropic":
            uses = "anthropic/create_message"
            guard let name else {
                throw Untranslatable("the model node names no model, and n8n's own choice differs by version; name one")
            }
            input = ["model": name, "messages": [prompt]]
            if let first = system.first {
                guard system.count == 1 else { throw Untranslatable("several system messages have no equal") }
                input["system"] = first
            }
            try options(&inner, &input)
        default: throw Untranslatable("the model \(model.shortType.quoted) has no connector here")
        }
        let connector = String(uses.prefix { $0 != "/" })
        work.adopt(inner)
        let credential =
            connector == "anthropic" ? inner.neededCredential(for: connector) : inner.credential(for: connector)
        work.adopt(credentialsOf: inner)
        let member = isAgent ? "output" : "text"
        let content = connector == "openai" ? ".content" : ".text"
        return .action(
            uses, input, credential: credential,
            gives: .init(.value) { source in
                Shape(members: [(member, .source(source + content))], rest: nil, subject: "the model's answer")
            })
    }
}

extension NodeWork {
    /// What came of the expressions of a node that this one takes in.
    mutating func adopt(_ other: NodeWork) { adopt(expressions: other.expressions, reasons: other.reasons) }
    mutating func adopt(credentialsOf other: NodeWork) { adopt(credentials: other.credentials) }
}
