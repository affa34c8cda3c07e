import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbaySecurity

extension APIError {
    /// Why a delivery is not taken, as far as its sender may know.
    init(_ refusal: WebhookRefusal) {
        switch refusal {
        case .noSecret:
            // The operator's business, and the sender shall try again.
            self.init(.secretUnavailable, "The webhook's secret is not there yet, so deliveries cannot be verified.")
        case .unusableSecret:
            self.init(.secretUnavailable, "The webhook's secret cannot be used, so deliveries cannot be verified.")
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

    static let noSecretToSign = APIError(
        .secretUnavailable, "The webhook has no secret that a delivery could be signed with.")

    init(_ unreadable: UnreadableDelivery) {
        switch unreadable {
        case .json(let error):
            self.init(
                .invalidJSON, "The body is no JSON: \(error)",
                details: [
                    "line": .int(Int64(error.line)), "column": .int(Int64(error.column)),
                    "offset": .int(Int64(error.offset)),
                ])
        case .notText(let type):
            self.init(
                .unsupportedMediaType, "The body is not UTF-8. Webhooks take JSON, forms, multipart forms and text.",
                details: ["content_type": .string(type.shortened(to: 80))])
        case .form: self.init(.unsupportedMediaType, "The form has too many fields or is not UTF-8.")
        case .multipart:
            self.init(
                .unsupportedMediaType,
                "The body is no multipart form: its boundary does not stand in it as the header says, a part has no name, "
                    + "a field is not UTF-8, or there are more than \(MultipartBody.mostParts) parts.")
        case .query:
            let problem = Problem(
                code: "bad-query", pointer: "", message: "the query has too many parameters or is not UTF-8")
            self = .invalid([problem], what: "delivery")
        }
    }
}
