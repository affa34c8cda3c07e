import PatchbayJSON

extension Connector {
    /// The group of operations that a webhook trigger is.
    func declarations<W: WebhookTrigger>(of trigger: W.Type) -> [JSONObject] {
        func declaration(
            _ id: String, _ kind: String, _ title: String, _ summary: String, effect: String, input: JSON, output: JSON,
            example: (JSON) -> JSON
        ) -> JSONObject {
            var declaration: JSONObject = [
                "id": .string(id), "kind": .string(kind), "title": .string(title), "summary": .string(summary),
                "effect": .string(effect), "idempotent": true,
                "timeout_ms": .int((W.timeout ?? limits.timeout).milliseconds),
            ]
            declaration["docs"] = W.documentation.map(JSON.string)
            declaration["input"] = input
            declaration["output"] = output
            if !W.examples.isEmpty {
                declaration["examples"] = .array(
                    W.examples.map { ["title": .string($0.title), "input": example($0.input)] })
            }
            return declaration
        }
        let url: JSON = "https://patchbay.example/webhook/wh_0123456789abcdefghjkmnpqrs"
        var receive = declaration(
            W.id, "webhook", W.title, W.summary, effect: "read", input: W.receiveInput, output: W.receiveOutput
        ) { ["config": $0, "delivery": ["method": "POST", "headers": [:], "body": ""], "secret": "a secret"] }
        receive["subscribe"] = .string(W.subscribeID)
        receive["unsubscribe"] = .string(W.unsubscribeID)
        var subscribe = declaration(
            W.subscribeID, "subscribe", "\(W.title): subscribe", "Makes the vendor send deliveries.", effect: "write",
            input: W.subscribeInput, output: W.subscribeOutput
        ) { ["config": $0, "callback_url": url, "secret": "a secret"] }
        var unsubscribe = declaration(
            W.unsubscribeID, "unsubscribe", "\(W.title): unsubscribe", "Makes the vendor send no more deliveries.",
            effect: "delete", input: W.unsubscribeInput, output: W.unsubscribeOutput
        ) { ["config": $0, "callback_url": url, "id": "1"] }
        let slot = credentialSlot(of: trigger).map(JSON.string)
        subscribe["credential"] = slot
        unsubscribe["credential"] = slot
        return [receive, subscribe, unsubscribe]
    }

    /// The slot that a trigger subscribes with: its own word, else the connector's first; nil for none.
    func credentialSlot<W: WebhookTrigger>(of trigger: W.Type) -> String? {
        let slot = W.credential ?? credentials.first?.name
        return slot?.isEmpty == true ? nil : slot
    }
}
