import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

extension APIError {
    /// Why a credential is not authorised, and what to do.
    init(_ refusal: ConsentRefusal) {
        switch refusal {
        case .notOAuth(let name):
            self.init(
                .consentNotPossible, "The credential \(name.quoted) is not of the kind \"oauth2\".",
                details: ["credential": .string(name)])
        case .needsNone(let name):
            self.init(
                .consentNotPossible,
                "The credential \(name.quoted) is a client that acts for itself: nobody has to authorise it.",
                details: ["credential": .string(name)])
        case .unknownState:
            self.init(
                .consentStateInvalid,
                "Nobody began this authorisation, or it was used, or ten minutes are over. Begin it again.")
        case .anotherSession:
            self.init(
                .consentSessionMismatch,
                "The authorisation was begun by somebody else, or before you signed in again. Begin it again.")
        case .denied(let reason):
            self.init(.consentDenied, "The provider says no: \(reason).")
        case .noToken(let reason):
            self.init(.consentFailed, "The provider gave no token. \(reason)")
        }
    }
}
