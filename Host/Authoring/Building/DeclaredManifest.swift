package import PatchbayJSON

/// The declared part of a manifest as authors write it by hand: without what is the same for everybody.
package enum DeclaredManifest {
    /// Adds `manifest_version`, `abi`, `sdk`, `isolation`, `permissions`, `limits`, `settings`, and each operation's `kind`,
    /// `idempotent` and `timeout_ms`, where they are missing. What is there stays, right or wrong.
    package static func completed(_ json: JSON, language: String, development: Int? = nil) -> JSON {
        guard let given = json.object else { return json }
        var manifest: JSONObject = ["manifest_version": 1]
        for name in ["id", "version", "name", "summary", "category"] { manifest[name] = given[name] }
        manifest["abi"] = ["major": 1, "least_minor": 0]
        manifest["sdk"] = [
            "name": .string("connector-sdk-\(language)"), "version": "1.0.0", "language": .string(language),
            "runtime": "none",
        ]
        manifest["isolation"] = "runner"
        manifest["permissions"] = ["hosts": [], "credentials": []]
        manifest["limits"] = ["concurrency": 64, "timeout_ms": 30_000]
        manifest["settings"] = ["type": "object", "properties": [:], "additionalProperties": false]
        for member in given where !member.name.hasPrefix("$") { manifest[member.name] = member.value }
        if let operations = given["operations"]?.array {
            manifest["operations"] = .array(operations.map(completed(operation:)))
        }
        if let development, let text = given["version"]?.string {
            manifest["version"] = .string(DevelopmentVersion.text(of: text, number: development))
        }
        return .object(manifest)
    }

    private static func completed(operation: JSON) -> JSON {
        guard let given = operation.object else { return operation }
        var all: JSONObject = ["id": given["id"] ?? .null, "kind": "action"]
        for member in given { all[member.name] = member.value }
        if all["idempotent"] == nil { all["idempotent"] = .bool(given["effect"] == "read") }
        return .object(all)
    }
}

/// The version of a build that is only tried out.
package enum DevelopmentVersion {
    /// `1.0.0-dev.7` of `1.0.0`; what is a prerelease already gets two more parts.
    package static func text(of version: String, number: Int) -> String {
        version + (version.contains("-") ? "." : "-") + "dev.\(number)"
    }
}
