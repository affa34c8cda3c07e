import HostFixture
import PatchbayJSON

/// Templates of these tests, and how they come onto the list.
enum ListedTemplate {
    /// - Parameter path: that of a webhook which starts it; nil: somebody does.
    static func document(_ name: String, path: String? = nil, version: String = "1.0.0") -> JSON {
        var trigger: JSON = ["id": "start", "type": "manual"]
        if let path { trigger = ["id": "start", "type": "webhook", "config": ["path": .string(path)]] }
        return [
            "name": .string(name), "version": .string(version), "description": "Notes that it was started",
            "category": "business-processes",
            "workflow": [
                "name": .string(name),
                "nodes": [trigger, ["id": "note", "type": "set", "config": ["values": ["by": .string(version)]]]],
                "edges": [["source": "start", "target": "note"]],
            ],
        ]
    }

    /// Answers its id.
    static func publish(_ template: JSON, on host: RunningHost) async throws -> String {
        let made = try await host.send("POST", "/api/v1/templates", template)
        let id = made.body["template_id"]?.string ?? ""
        let offered = try await host.send("POST", "/api/v1/templates/\(id)/publish", [:])
        let place = "/api/v1/submissions/\(id)/\(made.body["version"]?.string ?? "")/approve"
        let approved = try await host.send("POST", place, [:])
        guard approved.body["state"] == "published" else {
            throw SystemTestError("\(made.text) \(offered.text) \(approved.text)")
        }
        return id
    }

    static func install(_ id: String, on host: RunningHost) async throws -> (status: Int, body: JSON, text: String) {
        try await host.send("POST", "/api/v1/installations", ["template_id": .string(id)])
    }
}
