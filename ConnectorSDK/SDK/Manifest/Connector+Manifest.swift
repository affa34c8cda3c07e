public import PatchbayJSON

extension Connector {
    /// The declared part of `manifest.json`; staging adds platform and digest.
    public var manifest: JSON {
        var manifest: JSONObject = [
            "manifest_version": 1, "id": .string(id), "version": .string(version), "name": .string(name),
            "summary": .string(summary), "category": .string(category.rawValue),
        ]
        manifest["license"] = license.map(JSON.string)
        manifest["docs"] = documentation.map(JSON.string)
        manifest["abi"] = ["major": 1, "least_minor": .int(Int64(leastHostMinor))]
        manifest["sdk"] = [
            "name": "connector-sdk-swift", "version": .string(sdkVersion), "language": "swift",
            "runtime": .string(swiftRuntime),
        ]
        manifest["isolation"] = .string(isolation.rawValue)
        var permissions: JSONObject = [
            "hosts": .array(hosts.map(\.json)), "credentials": .array(credentials.map(\.json)),
        ]
        if !libraries.isEmpty { permissions["libraries"] = .array(libraries.map(JSON.string)) }
        if let sockets {
            permissions["sockets"] = [
                "host": ["setting": .string(sockets.hostSetting)],
                "ports": .array(sockets.ports.map { .int(Int64($0)) }),
            ]
        }
        manifest["permissions"] = .object(permissions)
        var limited: JSONObject = [
            "concurrency": .int(Int64(limits.concurrency)), "timeout_ms": .int(limits.timeout.milliseconds),
        ]
        limited["memory_mb"] = limits.memory.map { .int(Int64($0)) }
        limited["calls_per_process"] = limits.callsPerProcess.map { .int(Int64($0)) }
        manifest["limits"] = .object(limited)
        manifest["settings"] = settings?.schema ?? ["type": "object", "properties": [:], "additionalProperties": false]
        manifest["operations"] = .array(
            actions.map { .object(declaration(of: $0)) } + polls.map { .object(declaration(of: $0)) }
                + webhooks.flatMap { declarations(of: $0).map(JSON.object) })
        return .object(manifest)
    }

    private func declaration<A: Action>(of action: A.Type) -> JSONObject {
        var declaration: JSONObject = [
            "id": .string(A.id), "kind": "action", "title": .string(A.title), "summary": .string(A.summary),
            "effect": .string(A.effect.rawValue), "idempotent": .bool(A.isIdempotent),
            "timeout_ms": .int((A.timeout ?? limits.timeout).milliseconds),
        ]
        if let slot = credentialSlot(of: action) { declaration["credential"] = .string(slot) }
        declaration["docs"] = A.documentation.map(JSON.string)
        declaration["input"] = A.Input.schema
        declaration["output"] = A.Output.schema
        if !A.examples.isEmpty {
            declaration["examples"] = .array(A.examples.map { ["title": .string($0.title), "input": $0.input] })
        }
        return declaration
    }

    private func declaration<P: PollTrigger>(of poll: P.Type) -> JSONObject {
        var declaration: JSONObject = [
            "id": .string(P.id), "kind": "poll", "title": .string(P.title), "summary": .string(P.summary),
            "effect": "read", "idempotent": true, "timeout_ms": .int((P.timeout ?? limits.timeout).milliseconds),
        ]
        if let slot = credentialSlot(of: poll) { declaration["credential"] = .string(slot) }
        declaration["docs"] = P.documentation.map(JSON.string)
        declaration["input"] = P.inputSchema
        declaration["output"] = P.outputSchema
        if !P.examples.isEmpty {
            declaration["examples"] = .array(P.examples.map { ["title": .string($0.title), "input": $0.input] })
        }
        return declaration
    }

    func credentialSlot<P: PollTrigger>(of poll: P.Type) -> String? {
        let slot = P.credential ?? credentials.first?.name
        return slot?.isEmpty == true ? nil : slot
    }

    /// The slot an action uses: its own word, else the connector's first; nil for none.
    func credentialSlot<A: Action>(of action: A.Type) -> String? {
        let slot = A.credential ?? credentials.first?.name
        return slot?.isEmpty == true ? nil : slot
    }
}

/// The version of this SDK, as manifests tell it.
let sdkVersion = "1.0.0"

/// The least minor of the host's ABI that this SDK works with.
let leastHostMinor: UInt32 = 0

/// Of this build of the SDK, as manifests tell it: connectors that are built with the host share its Swift runtime; all
/// others bring their own.
package var swiftRuntime: String {
    #if PATCHBAY_STATIC_RUNTIME
        "swift-static"
    #else
        "swift-shared"
    #endif
}

extension Connector.Host {
    fileprivate var json: JSON {
        switch self {
        case .named(let name): .string(name)
        case .setting(let name): ["setting": .string(name)]
        case .any: "*"
        }
    }
}

extension CredentialSlot {
    fileprivate var json: JSON {
        var slot: JSONObject = [
            "name": .string(name), "title": .string(title), "about": .string(about), "required": .bool(isRequired),
            "access": .string(access.rawValue), "kinds": .array(kinds.map(\.json)),
        ]
        slot["check"] = check.map { .string($0.id) }
        return .object(slot)
    }
}

extension CredentialSlot.Kind {
    fileprivate var json: JSON {
        switch self {
        case .bearer: ["kind": "bearer"]
        case .basic: ["kind": "basic"]
        case .secret: ["kind": "secret"]
        case .oauth2(let provider): provider.json
        case .awsSignature(let service, let region):
            [
                "kind": "basic", "sign": "aws4", "service": .string(service),
                "region": ["setting": .string(region)],
            ]
        case .header(let name, let prefix):
            ["kind": "api_key", "in": "header", "name": .string(name), "prefix": .string(prefix)]
        case .query(let name): ["kind": "api_key", "in": "query", "name": .string(name), "prefix": ""]
        case .chosen(let place, let name, let prefix):
            [
                "kind": "api_key", "in": ["setting": .string(place)], "name": ["setting": .string(name)],
                "prefix": ["setting": .string(prefix)],
            ]
        }
    }
}
