import PatchbayJSON
import PatchbaySecurity

extension APIError {
    /// Why a delivery is not taken, as far as its sender may know.
    init(_ refusal: WebhookRefusal) {
        switch refusal {
        case .noSecret:
            // The operator's business, and the sender shall try again.
            self.init(.secretUnavailable, "The webhook's secret is not there yet, so deliveries cannot be verified.")
        case .missingHeader(let name):
            self.init(.signatureMissing, "The delivery is not signed: \(refusal).", details: ["header": .string(name)])
        case .malformedHeader(let name, _):
            self.init(
                .signatureInvalid, "The signature cannot be read: \(refusal).", details: ["header": .string(name)])
        case .wrongSignature:
            self.init(.signatureInvalid, "The delivery is refused: \(refusal).")
        case .notNow(let seconds):
            self.init(
                .signatureExpired, "The delivery is refused: \(refusal).", details: ["age_seconds": .int(seconds)])
        }
    }
}
