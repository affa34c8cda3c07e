import PatchbayJSON

/// Workflow documents that tests store.
enum Documents {
    /// Says hello to who is named in the input.
    static let manual: JSON = [
        "name": "Greeter", "description": "Greets.",
        "nodes": [
            ["id": "start", "type": "manual"],
            ["id": "greet", "type": "set", "config": ["values": ["text": "Hello, {{ trigger.body.name }}"]]],
        ],
        "edges": [["source": "start", "target": "greet"]],
    ]

    /// A webhook that anybody, or only who knows a secret, may deliver to.
    static func webhook(
        path: String = "deploy", scheme: String? = nil, secret: String? = nil, method: String? = nil
    ) -> JSON {
        var config: JSONObject = ["path": .string(path)]
        if let method { config["method"] = .string(method) }
        if let scheme {
            var verify: JSONObject = ["scheme": .string(scheme)]
            if let secret { verify["secret"] = .string(secret) }
            config["verify"] = .object(verify)
        }
        return [
            "name": "Deployments",
            "nodes": [
                ["id": "hook", "type": "webhook", "config": .object(config)],
                ["id": "note", "type": "set", "config": ["values": ["seen": "{{ trigger.body }}"]]],
            ],
            "edges": [["source": "hook", "target": "note"]],
        ]
    }

    /// Calls the stub connector; `text` is required.
    static func action(uses: String = "echo@1.1.0/say", input: JSON = ["text": "hi"]) -> JSON {
        [
            "name": "Echo",
            "nodes": [
                ["id": "start", "type": "manual"],
                ["id": "say", "type": "action", "uses": .string(uses), "input": input],
            ],
            "edges": [["source": "start", "target": "say"]],
        ]
    }
}

extension TestClient {
    /// Stores a workflow and answers its id.
    func store(_ document: JSON) async throws -> String {
        let answer = try await post("/api/v1/workflows", document)
        return answer.json["id"]?.string ?? "not stored: \(answer.json.text)"
    }
}
