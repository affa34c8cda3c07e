import PatchbayCore
import PatchbayJSON

extension ConnectorListing {
    /// What lists show of a connector.
    var json: JSONObject {
        [
            "id": .string(id), "version": .string(version), "name": .string(name), "summary": .string(summary),
            "category": .string(category), "state": .string(state.rawValue),
            "sha256": sha256.map(JSON.string) ?? .null, "refusal": refusal.map(\.json) ?? .null,
        ]
    }

    /// With what the manifest says of operations, credentials and settings; null where it cannot be read.
    func json(manifest: JSON?) -> JSONObject {
        var object = json
        object["operations"] = manifest?["operations"] ?? .null
        object["credentials"] = manifest?["permissions"]?["credentials"] ?? (manifest == nil ? .null : [])
        object["hosts"] = manifest?["permissions"]?["hosts"] ?? (manifest == nil ? .null : [])
        object["settings_schema"] = manifest?["settings"] ?? .null
        for name in ["license", "docs", "homepage", "icon", "abi", "sdk", "isolation", "limits"] {
            if let value = manifest?[name] { object[name] = value }
        }
        return object
    }
}

extension ConnectorRefusal {
    var json: JSON {
        ["code": .string(code), "have": .string(have), "need": .string(need), "hint": .string(hint)]
    }
}
