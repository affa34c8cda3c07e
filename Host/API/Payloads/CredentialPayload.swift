import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

extension CredentialRecord {
    /// Everything but its secrets, which no answer holds.
    var json: JSON {
        [
            "id": .string(id.description), "name": .string(name), "kind": .string(kind.rawValue),
            "connector": connector.map(JSON.string) ?? .null, "hosts": .array(hosts.map(JSON.string)),
            "settings": settings, "shared_with": sharedWith.map { .array($0.map(JSON.string)) } ?? .null,
            "state": .string(state.rawValue), "reason": reason.map(JSON.string) ?? .null,
            "created_at": .string(createdAt.description), "updated_at": .string(updatedAt.description),
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
    let sharedWith: [String]?

    /// Messages name members and types, never values: people mistake one for another.
    init(_ body: JSON) throws(APIError) {
        var members = try MemberReader(
            body: body, known: ["name", "kind", "fields", "connector", "hosts", "settings", "shared_with"])
        name = members.text("name", required: true) ?? ""
        connector = members.text("connector")
        hosts = members.strings("hosts") ?? []
        settings = .object(members.object("settings") ?? [:])
        sharedWith = members.strings("shared_with")
        kind = Self.kind(&members) ?? .secret
        fields = members.credentialFields(isRequired: true)
        try members.check()
    }

    private static func kind(_ members: inout MemberReader) -> CredentialKind? {
        guard let word = members.text("kind", required: true) else { return nil }
        if let kind = CredentialKind(rawValue: word) { return kind }
        let kinds = CredentialKind.allCases.map(\.rawValue).joined(separator: ", ")
        members.report("bad-value", at: "kind", "there is no such kind of credential", hint: "kinds are: " + kinds)
        return nil
    }
}

extension CredentialChange {
    /// What a request wants changed. A member that is left out changes nothing; `connector` and `shared_with` may be null.
    init(body: JSON) throws(APIError) {
        var members = try MemberReader(
            body: body, known: ["name", "kind", "fields", "connector", "hosts", "settings", "shared_with"])
        self.init(
            name: members.text("name"), fields: members.credentialFields(isRequired: false),
            hosts: members.strings("hosts"), settings: members.object("settings").map(JSON.object))
        if case .some = body["connector"] { connector = .some(members.text("connector")) }
        if case .some = body["shared_with"] { sharedWith = .some(members.strings("shared_with")) }
        if members.text("kind") != nil {
            members.report(
                "bad-value", at: "kind", "a credential keeps its kind", hint: "add a new one of the other kind")
        }
        try members.check()
    }
}

extension MemberReader {
    /// Messages name no values: people mistake one for another.
    fileprivate mutating func credentialFields(isRequired: Bool) -> [String: Secret] {
        var fields: [String: Secret] = [:]
        for member in object("fields", required: isRequired) ?? [:] {
            if let text = member.value.string {
                fields[member.name] = Secret(text)
            } else {
                report(
                    "wrong-type", at: "fields", "a credential's fields are strings, and one is \(member.value.article)")
            }
        }
        return fields
    }
}
