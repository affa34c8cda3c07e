import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

/// Which connectors take which kind of credential, by the manifests of their newest usable versions.
struct CredentialTakers {
    private var slots: [String: [JSON]] = [:]

    init(_ inventory: any ConnectorInventory) {
        for id in inventory.connectors {
            guard let version = inventory.versions(of: id).first,
                let manifest = inventory.manifest(of: id, version: version)
            else { continue }
            for slot in manifest["permissions"]?["credentials"]?.array ?? [] {
                let wanted = (slot["kinds"]?.array ?? []).compactMap { $0["kind"]?.string }
                    .compactMap { CredentialKind(rawValue: $0) }
                for kind in CredentialKind.allCases where wanted.contains(where: kind.fits) {
                    slots[kind.rawValue, default: []].append([
                        "connector": .string(id), "version": .string(version.description),
                        "name": manifest["name"] ?? .string(id), "slot": slot["name"] ?? .null,
                        "title": slot["title"] ?? .null, "about": slot["about"] ?? .null,
                        "required": slot["required"] ?? false, "access": slot["access"] ?? "inject",
                    ])
                }
            }
        }
    }

    func of(_ kind: CredentialKind) -> [JSON] { slots[kind.rawValue] ?? [] }
}

extension CredentialKind {
    func json(takers: [JSON]) -> JSON {
        [
            "kind": .string(rawValue), "title": .string(title), "schema": formSchema, "connectors": .array(takers),
        ]
    }
}
