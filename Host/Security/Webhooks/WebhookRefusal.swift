/// Why a webhook delivery is not accepted.
package enum WebhookRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// The trigger wants signatures, but names no secret that exists.
    case noSecret
    /// The secret is none that the scheme could use.
    case unusableSecret(wanted: String)
    case missingHeader(String)
    case malformedHeader(String, wanted: String)
    case wrongSignature
    /// It was signed so many seconds ago; negative when its time lies ahead.
    case notNow(seconds: Int64)

    package var description: String {
        switch self {
        case .noSecret: "the webhook's secret is missing; add a credential of the kind secret with the name it asks for"
        case .unusableSecret(let wanted): "the webhook's secret is not \(wanted)"
        case .missingHeader(let name): "the header \(name) is missing"
        case .malformedHeader(let name, let wanted): "the header \(name) is not \(wanted)"
        case .wrongSignature: "the signature does not fit the body; the sender's secret is another one"
        case .notNow(let seconds):
            seconds < 0
                ? "the delivery was signed \(-seconds) seconds ahead of this machine's clock; 300 are allowed"
                : "the delivery was signed \(seconds) seconds ago; 300 are allowed"
        }
    }
}
