import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

@testable import PatchbayModules

/// The connectors of `Tests/Fixtures/Hostile`: each has one fault, in its operation `misbehave`; `behave` works.
enum HostileConnector {
    /// - Parameter name: Of the file, and so of the connector.
    static func named(
        _ name: String, concurrency: Int64 = 8, memory: Int64? = nil, cpu: Int64? = nil, ports: [UInt16] = [],
        readsSecret: Bool = false
    ) -> CConnector {
        var limits: JSONObject = ["concurrency": .int(concurrency), "timeout_ms": 30_000]
        if let memory { limits["memory_mb"] = .int(memory) }
        if let cpu { limits["cpu_ms"] = .int(cpu) }
        let operations = ["behave", "misbehave"].map { id -> JSON in
            var operation: JSONObject = [
                "id": .string(id), "kind": "action", "title": .string(id), "summary": "For tests.", "effect": "write",
                "input": ["type": "object"],
                "output": ["type": "object", "properties": ["well": ["type": "boolean"]]],
            ]
            if readsSecret { operation["credential"] = "account" }
            return .object(operation)
        }
        var permissions: JSONObject = ["hosts": [], "credentials": []]
        if readsSecret {
            permissions["credentials"] = [
                ["name": "account", "title": "Account", "access": "read", "kinds": [["kind": "basic"]]]
            ]
        }
        if !ports.isEmpty {
            permissions["sockets"] = ["host": ["setting": "host"], "ports": .array(ports.map { .int(Int64($0)) })]
        }
        let manifest: JSON = [
            "manifest_version": 1, "id": .string(name), "version": "1.0.0", "name": .string(name),
            "summary": "For tests.", "category": "utility", "abi": ["major": 1, "least_minor": 0],
            "sdk": ["name": "none", "version": "1.0.0", "language": "c", "runtime": "none"], "isolation": "runner",
            "permissions": .object(permissions), "limits": .object(limits),
            "settings": ["type": "object", "properties": ["host": ["type": "string"]]],
            "operations": .array(operations),
        ]
        return CConnector(manifest: manifest, source: "Tests/Fixtures/Hostile/\(name).c")
    }
}

extension Workbench {
    /// An invoker of runners only, with these connectors installed.
    func runners(_ connectors: [CConnector], _ limits: RunnerLimits = RunnerLimits()) async throws -> (
        ConnectorRegistry, ModuleInvoker
    ) {
        for connector in connectors { try install(connector) }
        let registry = await registry(isolation: IsolationPolicy(.runner, limits: limits))
        return (registry, invoker(registry))
    }
}

extension Workbench {
    /// Marks a library as tried out, so that what follows looks at it for the first time.
    func trustProbe(of name: String) throws {
        let bytes = try FileSystem.read("\(plugins)/\(name)/1.0.0/\(name).so", atMost: 1 << 30)
        let store = ModuleStore(folder: data + "/modules")
        let sha256 = Digest.sha256Hex(bytes)
        _ = try store.keep(bytes, sha256: sha256, as: name)
        store.markProbed(sha256)
    }
}
