import PatchbayCore
import PatchbayJSON

extension CredentialRecord {
    /// Everything but its secrets, which no answer holds.
    var json: JSON {
        [
            "id": .string(id.description), "name": .string(name), "kind": .string(kind.rawValue),
            "connector": connector.map(JSON.string) ?? .null, "hosts": .array(hosts.map(JSON.string)),
            "settings": settings, "created_at": .string(createdAt.description),
        ]
    }
}

/// A credential as a request brings it: its shape is right, the vault judges the rest.
struct CredentialBody {
    let name: String
    let kind: CredentialKind
    let connector: String?
    let fields: [String: Secret]
    let hosts: [String]
    let settings: JSON

    /// Messages name members and types, never values: people mistake one for another.
    init(_ body: JSON) throws(APIError) {
        var members = try MemberReader(
            body: body, known: ["name", "kind", "fields", "connector", "hosts", "settings"])
        name = members.text("name", required: true) ?? ""
        connector = members.text("connector")
        hosts = members.strings("hosts") ?? []
        settings = .object(members.object("settings") ?? [:])
        kind = Self.kind(&members) ?? .secret
        fields = Self.fields(&members)
        try members.check()
    }

    private static func kind(_ members: inout MemberReader) -> CredentialKind? {
        guard let word = members.text("kind", required: true) else { return nil }
        if let kind = CredentialKind(rawValue: word) { return kind }
        let kinds = CredentialKind.allCases.map(\.rawValue).joined(separator: ", ")
        members.report("bad-value", at: "kind", "there is no such kind of credential", hint: "kinds are: " + kinds)
        return nil
    }

    private static func fields(_ members: inout MemberReader) -> [String: Secret] {
        var fields: [String: Secret] = [:]
        for member in members.object("fields", required: true) ?? [:] {
            if let text = member.value.string {
                fields[member.name] = Secret(text)
            } else {
                members.report(
                    "wrong-type", at: "fields", "a credential's fields are strings, and one is \(member.value.article)")
            }
        }
        return fields
    }
}
