import PatchbayCore
import PatchbayJSON

extension ConnectorListing {
    /// What lists show of a connector.
    var json: JSONObject {
        [
            "id": .string(id), "version": .string(version), "name": .string(name), "summary": .string(summary),
            "category": .string(category), "state": .string(state.rawValue),
            "sha256": sha256.map(JSON.string) ?? .null, "refusal": refusal.map(\.json) ?? .null,
            "isolation": isolation.map(\.json) ?? .null,
        ]
    }

    /// With what the manifest says of operations, credentials and settings; null where it cannot be read.
    func json(manifest: JSON?) -> JSONObject {
        var object = json
        object["operations"] = manifest?["operations"] ?? .null
        object["credentials"] = manifest?["permissions"]?["credentials"] ?? (manifest == nil ? .null : [])
        object["hosts"] = manifest?["permissions"]?["hosts"] ?? (manifest == nil ? .null : [])
        object["settings_schema"] = manifest?["settings"] ?? .null
        for name in ["license", "docs", "homepage", "icon", "abi", "sdk", "limits"] {
            if let value = manifest?[name] { object[name] = value }
        }
        return object
    }
}

extension ConnectorIsolation {
    fileprivate var json: JSON {
        [
            "mode": .string(mode.rawValue), "enforced": .array(enforced.map(JSON.string)),
            "missing": .array(missing.map(JSON.string)), "runners": .int(Int64(runners)),
            "quarantine": quarantine.map(JSON.string) ?? .null,
        ]
    }
}

extension ConnectorRefusal {
    var json: JSON {
        ["code": .string(code), "have": .string(have), "need": .string(need), "hint": .string(hint)]
    }
}
