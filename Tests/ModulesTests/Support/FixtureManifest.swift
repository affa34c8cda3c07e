import PatchbayJSON

/// The declared part of the C fixture's manifest.
enum FixtureManifest {
    static let operations = [
        "echo", "echo_in_thread", "twice", "complete_and_refuse", "never", "come_late", "until_cancelled", "log_much",
        "log_all_sorts", "break_rules", "fail", "fail_without_words", "fail_in_detail", "describe", "nonsense", "huge",
        "busy", "closing", "denied", "unreadable", "request", "request_and_abort", "request_and_leave", "not_there",
    ]
    static let withCredential = ["describe_with_credential", "request_with_credential", "log_with_credential"]

    static func declared(
        id: String = "fixture", version: String = "1.0.0", hosts: [JSON] = [], concurrency: Int64 = 8,
        settings: JSON = ["type": "object", "properties": ["base_url": ["type": "string"], "size": ["default": 3]]],
        credentialIsRequired: Bool = true
    ) -> JSON {
        func operation(_ id: String, credential: String?) -> JSON {
            var operation: JSONObject = [
                "id": .string(id), "kind": "action", "title": .string(id), "summary": "For tests.", "effect": "write",
                "input": ["type": "object"], "output": ["type": "object"],
            ]
            operation["credential"] = credential.map { .string($0) }
            return .object(operation)
        }
        return [
            "manifest_version": 1, "id": .string(id), "version": .string(version), "name": "Fixture",
            "summary": "For tests.", "category": "utility", "abi": ["major": 1, "least_minor": 0],
            "sdk": ["name": "none", "version": "1.0.0", "language": "c", "runtime": "none"], "isolation": "in_process",
            "permissions": [
                "hosts": .array(hosts),
                "credentials": [
                    [
                        "name": "key", "title": "Key", "required": .bool(credentialIsRequired), "access": "inject",
                        "kinds": [
                            ["kind": "bearer"], ["kind": "basic"],
                            ["kind": "api_key", "in": "header", "name": "X-Key", "prefix": "k "],
                        ],
                    ]
                ],
            ],
            "limits": ["concurrency": .int(concurrency), "timeout_ms": 30_000], "settings": settings,
            "operations": .array(
                operations.map { operation($0, credential: nil) }
                    + withCredential.map { operation($0, credential: "key") }),
        ]
    }
}
