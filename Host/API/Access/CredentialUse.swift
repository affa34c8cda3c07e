import PatchbayCore
import PatchbayJSON

extension APIContext {
    /// Whoever saves a workflow that uses a credential must be allowed to use credentials: the workflow does so for everybody
    /// who runs it.
    func checkUse(of document: JSON) throws(APIError) {
        guard document.usesCredentials, let missing = caller.lacks([.credentialUse]) else { return }
        throw .forbidden(missing)
    }
}

extension JSON {
    /// Whether a workflow's document names a credential: for an action (`credential`), for a webhook's signature (`secret`),
    /// or in a template (`credentials.…`). Rather once too often than once too little.
    fileprivate var usesCredentials: Bool {
        switch self {
        case .object(let object):
            object.contains { member in
                (["credential", "secret"].contains(member.name) && member.value.string != nil)
                    || member.value.usesCredentials
            }
        case .array(let list): list.contains { $0.usesCredentials }
        case .string(let text): text.contains("{{") && text.contains("credentials")
        default: false
        }
    }
}
