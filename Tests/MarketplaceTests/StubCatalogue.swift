import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbayMarketplace

/// Two connectors: slack, which needs a token, and http.
struct StubCatalogue: ConnectorCatalogue {
    var slack = ["2.0.0", "1.2.0", "1.0.0"].compactMap { Version($0) }

    var connectors: [String] { ["http", "slack"] }

    func versions(of connector: String) -> [Version] {
        connector == "slack" ? slack : connector == "http" ? [Version(major: 1, minor: 0, patch: 0)] : []
    }

    func operations(of connector: String, version: Version) -> [String] {
        connector == "slack" ? ["send_message"] : ["request"]
    }

    func operation(_ reference: OperationReference) -> Result<OperationDeclaration, CatalogueMiss> {
        guard connectors.contains(reference.connector) else { return .failure(.unknownConnector) }
        let installed = versions(of: reference.connector)
        guard installed.contains(reference.version) else { return .failure(.unknownVersion(installed: installed)) }
        let offered = operations(of: reference.connector, version: reference.version)
        guard offered.contains(reference.operation) else { return .failure(.unknownOperation(offered: offered)) }
        let isSlack = reference.connector == "slack"
        return .success(
            OperationDeclaration(
                reference: reference, title: reference.operation, effect: .write, isIdempotent: false,
                inputSchema: isSlack
                    ? [
                        "type": "object", "required": ["channel", "text"],
                        "properties": [
                            "channel": ["type": "string"], "text": ["type": "string"], "count": ["type": "integer"],
                        ],
                    ] : ["type": "object"], outputSchema: ["type": "object"],
                credential: isSlack ? CredentialSlot(name: "bot", kinds: [.bearer], isRequired: true) : nil,
                timeout: 20_000))
    }
}

let check = TemplateCheck(planner: Planner(catalogue: StubCatalogue()))

/// A good template, to be spoilt one way or another.
let notifier: JSON = [
    "name": "deployment-notifier", "version": "1.0.0", "description": "Tells a channel of deployments",
    "author": "gorax-team", "category": "devops", "tags": ["deployment", "slack"],
    "required_credentials": [
        ["name": "SLACK_BOT_TOKEN", "type": "slack"],
        ["name": "GITHUB_WEBHOOK_SECRET", "type": "github", "kind": "secret"],
    ],
    "required_connectors": [["id": "slack", "version": "^1.0.0"]],
    "parameters": [
        [
            "name": "channel", "title": "Channel", "schema": ["type": "string", "minLength": 2],
            "default": "#deployments",
        ],
        ["name": "least", "schema": ["type": "integer"], "default": 3],
    ],
    "workflow": [
        "name": "Deployment notifier",
        "nodes": [
            [
                "id": "hook", "type": "webhook",
                "config": ["path": "deploy", "verify": ["scheme": "github", "secret": "GITHUB_WEBHOOK_SECRET"]],
            ],
            ["id": "ok", "type": "condition", "config": ["if": "{{ trigger.body.count > parameters.least }}"]],
            [
                "id": "tell", "type": "action", "uses": "slack/send_message", "credential": "SLACK_BOT_TOKEN",
                "input": [
                    "channel": "{{ parameters.channel }}",
                    "text": "{{ trigger.body.name }} for {{ parameters.channel }}",
                    "count": "{{ parameters.least }}",
                ],
            ],
        ],
        "edges": [["source": "hook", "target": "ok"], ["source": "ok", "port": "true", "target": "tell"]],
    ],
    "readme": "# Deployments\n\nSee <https://example.com> and `<b>`.\n", "sample_input": ["count": 4],
    "expected": ["status": "succeeded"],
]

extension JSON {
    /// With another value at a place; `nil` takes the member away.
    func with(_ value: JSON?, at path: String...) -> JSON { with(value, path[...]) }

    private func with(_ value: JSON?, _ path: ArraySlice<String>) -> JSON {
        guard let name = path.first else { return value ?? .null }
        if case .array(var list) = self, let index = Int(name) {
            list[index] = list[index].with(value, path.dropFirst())
            return .array(list)
        }
        guard case .object(var object) = self else { return self }
        object[name] = path.count == 1 ? value : (object[name] ?? [:]).with(value, path.dropFirst())
        return .object(object)
    }
}
