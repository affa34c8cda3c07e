package import PatchbayJSON

extension JSON {
    /// Whether a workflow's document names a credential, or that one: for an action (`credential`), for a webhook's signature
    /// (`secret`), or in a template (`credentials.…`). Rather once too often than once too little.
    package func usesCredentials(named name: String? = nil) -> Bool {
        switch self {
        case .object(let object):
            object.contains { member in
                let isNamed =
                    ["credential", "secret"].contains(member.name)
                    && member.value.string.map { name == nil || $0 == name } ?? false
                return isNamed || member.value.usesCredentials(named: name)
            }
        case .array(let list): list.contains { $0.usesCredentials(named: name) }
        case .string(let text):
            text.contains("{{") && text.contains("credentials") && (name.map { text.contains($0) } ?? true)
        default: false
        }
    }
}
