import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

/// A vendor that takes the token “good” and no other.
struct TrialInvoker: OperationInvoker {
    let vault: CredentialVault

    func invoke(_ call: OperationCall) async throws -> OperationResult {
        let grant = try await vault.grant(named: call.credential ?? "", in: call.tenant)
        guard grant?.fields["token"]?.reveal() == "good" else {
            throw OperationFailure(
                code: .authDenied, message: "The service refused the token.", httpStatus: 401, vendorCode: "bad_token")
        }
        return OperationResult(output: [:])
    }
}
