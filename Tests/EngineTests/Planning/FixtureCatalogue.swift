import PatchbayCore
import PatchbayEngine
import PatchbayJSON

/// Slack in three versions, HTTP without a credential slot, and a connector that was refused.
struct FixtureCatalogue: ConnectorCatalogue {
    var slack = ["2.0.0-beta.1", "1.2.0", "1.0.0"].compactMap { Version($0) }

    var connectors: [String] { ["http", "slack"] }

    func versions(of connector: String) -> [Version] {
        switch connector {
        case "slack": slack
        case "http": [Version(major: 1, minor: 0, patch: 0)]
        default: []
        }
    }

    func operations(of connector: String, version: Version) -> [String] {
        connector == "slack" ? ["send_message", "add_reaction"] : ["request"]
    }

    func operation(_ reference: OperationReference) -> Result<OperationDeclaration, CatalogueMiss> {
        if reference.connector == "broken" { return .failure(.refused(reason: "abi-mismatch: have 2, need 1")) }
        guard connectors.contains(reference.connector) else { return .failure(.unknownConnector) }
        let installed = versions(of: reference.connector)
        guard installed.contains(reference.version) else { return .failure(.unknownVersion(installed: installed)) }
        let offered = operations(of: reference.connector, version: reference.version)
        guard offered.contains(reference.operation) else { return .failure(.unknownOperation(offered: offered)) }
        let isSlack = reference.connector == "slack"
        return .success(
            OperationDeclaration(
                reference: reference, title: reference.operation, effect: .write, isIdempotent: false,
                inputSchema: isSlack ? slackInput : ["type": "object"], outputSchema: ["type": "object"],
                credential: isSlack
                    ? CredentialSlot(name: "bot", kinds: [.bearer], isRequired: reference.operation == "send_message")
                    : nil,
                timeout: 20_000))
    }

    private var slackInput: JSON {
        [
            "type": "object", "required": ["channel", "text"], "additionalProperties": false,
            "properties": [
                "channel": ["type": "string"], "text": ["type": "string"], "count": ["type": "integer"],
                "blocks": ["type": "array", "items": ["type": "object", "properties": ["size": ["type": "integer"]]]],
            ],
        ]
    }
}

extension CredentialRecord {
    static func fixture(_ name: String, _ kind: CredentialKind, for connector: String? = nil) -> CredentialRecord {
        CredentialRecord(
            id: CredentialID(high: 1, low: 2), tenant: .initial, name: name, kind: kind, connector: connector,
            hosts: [],
            settings: [:], createdAt: Timestamp(milliseconds: 0))
    }
}

/// A document's parts, to be changed one at a time.
struct FixtureDocument {
    var hook: JSON = [
        "id": "hook", "type": "webhook",
        "config": ["path": "deploy", "verify": ["scheme": "github", "secret": "KEY"]],
    ]
    var condition: JSON = [
        "id": "ok", "type": "condition", "config": ["if": "{{ trigger.body.deployment_status.state == 'success' }}"],
    ]
    var tell: JSON = [
        "id": "tell", "type": "action", "uses": "slack@1.0.0/send_message", "credential": "team-slack",
        "input": ["channel": "#deployments", "text": "{{ trigger.body.repository.full_name }} is live"],
        "retry": ["attempts": 4, "backoff": "exponential", "initial": "1s", "max": "30s", "jitter": true],
        "timeout": "20s",
    ]
    var more: [JSON] = []
    var edges: [JSON] = [
        ["source": "hook", "target": "ok"], ["source": "ok", "port": "true", "target": "tell"],
    ]

    var json: JSON {
        ["name": "deploy-alert", "nodes": .array([hook, condition, tell] + more), "edges": .array(edges)]
    }
}

extension JSON {
    /// With a member changed, or removed by nil.
    func with(_ name: String, _ value: JSON?) -> JSON {
        guard case .object(var object) = self else { return self }
        object[name] = value
        return .object(object)
    }
}
