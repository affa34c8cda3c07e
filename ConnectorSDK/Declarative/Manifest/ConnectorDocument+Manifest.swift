package import PatchbayJSON

extension ConnectorDocument {
    /// The declared part of `manifest.json`.
    ///
    /// - Parameter runtime: Of the generic library that serves it, as manifests tell it: `swift-static` or `swift-shared`.
    package func manifest(runtime: String) -> JSON {
        var manifest: JSONObject = [
            "manifest_version": 1, "id": .string(id), "version": .string(version), "name": .string(name),
            "summary": .string(summary), "category": .string(category),
        ]
        manifest["license"] = license.map(JSON.string)
        manifest["docs"] = docs.map(JSON.string)
        manifest["homepage"] = homepage.map(JSON.string)
        manifest["abi"] = ["major": 1, "least_minor": 0]
        manifest["sdk"] = [
            "name": "connector-sdk-declarative", "version": "1.0.0", "language": "declarative",
            "runtime": .string(runtime),
        ]
        manifest["isolation"] = "runner"
        manifest["permissions"] = ["hosts": .array(hosts), "credentials": .array(slots.map(\.declaration))]
        manifest["limits"] = ["concurrency": .int(concurrency), "timeout_ms": .int(timeout)]
        manifest["settings"] = settings
        manifest["operations"] = .array(actions.map { .object($0.declaration(timeout)) })
        return .object(manifest)
    }
}

extension ActionDocument {
    fileprivate func declaration(_ limit: Int64) -> JSONObject {
        var declaration: JSONObject = [
            "id": .string(id), "kind": "action", "title": .string(title), "summary": .string(summary),
            "effect": .string(effect), "idempotent": .bool(isIdempotent), "timeout_ms": .int(timeout ?? limit),
        ]
        declaration["credential"] = slot.map(JSON.string)
        declaration["docs"] = docs.map(JSON.string)
        declaration["input"] = input
        declaration["output"] = output
        if !examples.isEmpty { declaration["examples"] = .array(examples) }
        return declaration
    }
}
