import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

/// A vendor that takes the token “good” and no other.
struct TrialInvoker: OperationInvoker {
    let vault: CredentialVault

    func invoke(_ call: OperationCall) async throws -> OperationResult {
        guard call.subscription == nil else { return OperationResult(output: try Self.verdict(call.input)) }
        let grant = try await vault.grant(named: call.credential ?? "", in: call.tenant)
        guard grant?.fields["token"]?.reveal() == "good" else {
            throw OperationFailure(
                code: .authDenied, message: "The service refused the token.", httpStatus: 401, vendorCode: "bad_token")
        }
        return OperationResult(output: [:])
    }

    /// A vendor that puts the secret into a header, and lists what it has heard in the body.
    private static func verdict(_ input: JSON) throws -> JSON {
        let headers = input["delivery"]?["headers"]
        guard headers?["x-secret"] == input["secret"] else {
            return ["verdict": "refused", "reason": "another secret"]
        }
        let text = input["delivery"]?["body"]?.string.flatMap { Base64.bytes($0) } ?? []
        guard let body = try? JSON(parsing: text), let heard = body["heard"]?.array else {
            throw OperationFailure(code: .internalError, message: "It is not \(input["secret"]?.string ?? "").")
        }
        guard !heard.isEmpty else { return ["verdict": "ignored", "reason": "silence"] }
        let room = input["config"] ?? .null
        let events = heard.map { ["id": .string("h-\($0.text)"), "data": ["words": $0, "to": room]] as JSON }
        return ["verdict": "events", "events": .array(events)]
    }
}
