package import PatchbayCore
package import PatchbayJSON

/// A credential that whoever installs a template gives it. The workflow names it as if it were the credential.
package struct CredentialNeed: Sendable, Equatable {
    /// What the workflow's nodes name: `SLACK_BOT_TOKEN`.
    package var name: String
    /// The connector it is for; nil: none, or any, such as a webhook's signing key.
    package var connector: String?
    /// Nil: whatever the nodes that name it take.
    package var kind: CredentialKind?
    /// What to enter, and where to find it; empty: nothing to say.
    package var hint: String

    package init(name: String, connector: String? = nil, kind: CredentialKind? = nil, hint: String = "") {
        self.name = name
        self.connector = connector
        self.kind = kind
        self.hint = hint
    }

    package var json: JSON {
        var json: JSONObject = ["name": .string(name)]
        if let connector { json["type"] = .string(connector) }
        if let kind { json["kind"] = .string(kind.rawValue) }
        if !hint.isEmpty { json["hint"] = .string(hint) }
        return .object(json)
    }

    static func read(_ reader: inout MemberReader) -> CredentialNeed? {
        reader.refuseUnknown(known: ["name", "type", "kind", "hint"])
        let name = reader.text("name", required: true, limit: 100)
        let connector = reader.text("type", limit: 100)
        let kind = reader.word("kind", of: CredentialKind.self)
        let hint = reader.text("hint", limit: 1_000)
        if let name, !isSlot(name) {
            reader.report(
                "bad-value", at: "name", "\(name.quoted) is no name of a credential",
                hint: "write letters, digits, _, - and ., such as \"SLACK_BOT_TOKEN\"")
        }
        guard let name else { return nil }
        return CredentialNeed(name: name, connector: connector, kind: kind, hint: hint ?? "")
    }

    private static func isSlot(_ name: String) -> Bool {
        name.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) || [0x2D, 0x2E, 0x5F].contains($0)
        }
    }
}

/// A connector that the workflow's nodes call.
package struct ConnectorNeed: Sendable, Equatable {
    package var connector: String
    /// As `VersionRange` reads it.
    package var versions: String

    package init(connector: String, versions: String = "*") {
        self.connector = connector
        self.versions = versions
    }

    package var range: VersionRange { VersionRange(versions) ?? .any }

    package var json: JSON { ["id": .string(connector), "version": .string(versions)] }

    static func read(_ reader: inout MemberReader) -> ConnectorNeed? {
        reader.refuseUnknown(known: ["id", "version"])
        let connector = reader.text("id", required: true, limit: 100)
        let versions = reader.text("version", limit: 64) ?? "*"
        if VersionRange(versions) == nil {
            reader.report(
                "bad-value", at: "version", "\(versions.quoted) is no version and no range of versions",
                hint: "write 1.2.3, or 1, 1.2, ^1.2, ~1.2.3 or * for several")
        }
        return connector.map { ConnectorNeed(connector: $0, versions: versions) }
    }
}
