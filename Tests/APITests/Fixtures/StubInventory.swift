import PatchbayCore
import PatchbayJSON

/// Two versions of one connector, one that was refused, and those called `acme` that were installed; all can say something.
struct StubInventory: ConnectorInventory {
    var installed: MemoryConnectors?

    func listings() -> [ConnectorListing] {
        [
            ConnectorListing(
                id: "broken", version: "0.1.0", name: "Broken", summary: "", category: "other", state: .refused,
                refusal: ConnectorRefusal(
                    code: "not-elf", have: "a text file", need: "a shared library", hint: "Build it again.")),
            ConnectorListing(
                id: "echo", version: "1.1.0", name: "Echo", summary: "Says it again.", category: "utility",
                state: .available, sha256: "ab",
                isolation: ConnectorIsolation(
                    mode: .runner, enforced: ["landlock-files"], missing: ["landlock-signals"], runners: 2,
                    quarantine: "It ended 5 times within a minute.")),
            ConnectorListing(
                id: "echo", version: "1.0.0", name: "Echo", summary: "Says it.", category: "utility", state: .loaded),
        ]
    }

    func manifest(of connector: String, version: Version) -> JSON? {
        guard connector == "echo", versions(of: connector).contains(version) else { return nil }
        return [
            "manifest_version": 1, "id": "echo", "version": .string(version.description), "license": "Apache-2.0",
            "permissions": [
                "hosts": ["echo.example"],
                "credentials": [["name": "token", "required": false, "kinds": [["kind": "bearer"], Self.provider]]],
            ],
            "settings": [
                "type": "object", "additionalProperties": false,
                "properties": ["base_url": ["type": "string", "default": "https://echo.example"]],
            ],
            "operations": [
                ["id": "say", "kind": "action", "title": "Say it", "input": Self.input, "output": ["type": "object"]]
            ],
        ]
    }

    private static let provider: JSON = [
        "kind": "oauth2", "authorize_url": "https://echo.example/authorize", "token_url": "https://echo.example/token",
        "scopes": ["say", "hear"], "client_authentication": "body",
    ]

    func operation(_ reference: OperationReference) -> Result<OperationDeclaration, CatalogueMiss> {
        guard ["acme", "echo"].contains(reference.connector), !versions(of: reference.connector).isEmpty else {
            return .failure(
                reference.connector == "broken" ? .refused(reason: "it is no library") : .unknownConnector)
        }
        guard versions(of: reference.connector).contains(reference.version) else {
            return .failure(.unknownVersion(installed: versions(of: reference.connector)))
        }
        // Both could be called with nothing but the credential; the slot says which is.
        if ["look", "whoami"].contains(reference.operation) {
            return .success(
                OperationDeclaration(
                    reference: reference, title: "Who am I?", effect: .read, isIdempotent: true,
                    inputSchema: ["type": "object", "additionalProperties": false], outputSchema: ["type": "object"],
                    credential: CredentialSlot(name: "token", kinds: [.bearer], isRequired: false, check: "whoami"),
                    timeout: 1_000))
        }
        if reference.operation == "heard" {
            return .success(
                OperationDeclaration(
                    reference: reference, title: "Heard", effect: .read, isIdempotent: true,
                    inputSchema: ["type": "object", "properties": ["config": ["type": "object"]]],
                    outputSchema: ["type": "object"], credential: nil, timeout: 1_000,
                    group: WebhookGroup(subscribe: "listen", unsubscribe: "leave")))
        }
        guard reference.operation == "say" else { return .failure(.unknownOperation(offered: ["say"])) }
        return .success(
            OperationDeclaration(
                reference: reference, title: "Say it", effect: .read, isIdempotent: true, inputSchema: Self.input,
                outputSchema: ["type": "object"], credential: nil, timeout: 1_000))
    }

    func versions(of connector: String) -> [Version] {
        if connector == "acme" { return installed?.enabled(connector) ?? [] }
        return connector == "echo"
            ? [Version(major: 1, minor: 1, patch: 0), Version(major: 1, minor: 0, patch: 0)] : []
    }

    var connectors: [String] { ["echo"] }

    func operations(of connector: String, version: Version) -> [String] {
        versions(of: connector).contains(version) ? ["look", "say", "whoami"] : []
    }

    private static let input: JSON = [
        "type": "object", "required": ["text"], "additionalProperties": false,
        "properties": ["text": ["type": "string"]],
    ]
}
