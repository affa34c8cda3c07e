import ArgumentParser
import PatchbayCore
import PatchbayStorage

/// Whose credentials a command is about.
struct CredentialOptions: ParsableArguments {
    @Option(name: .customLong("tenant"), help: "A tenant's id (ten_…). [default: the first tenant]")
    var id: String?

    func validate() throws {
        guard let id, TenantID(id) == nil else { return }
        throw ValidationError("`\(id)` is no tenant's id; these are ten_ and 26 characters: patchbay tenant list")
    }

    /// Nil: whichever a running host takes for the caller's.
    var named: TenantID? { id.flatMap { TenantID($0) } }

    /// The tenant, which is there.
    func tenant(in storage: Storage) async throws -> TenantID {
        guard let named else { return .initial }
        guard try await storage.tenants.tenant(named) != nil else {
            throw CommandFailure("There is no tenant \(named). See: patchbay tenant list")
        }
        return named
    }
}

/// A running host that is asked about one credential.
struct CredentialHostOptions: ParsableArguments {
    @Argument(help: "Its name.") var name: String

    @Option(name: .customLong("host"), help: "Address of the host; its key is PATCHBAY_API_KEY.")
    var url = "http://127.0.0.1:8080"

    /// The path of its routes.
    func path() throws -> String {
        guard !name.isEmpty, name.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"/?#%".utf8.contains($0) }) else {
            throw CommandFailure("There is no credential `\(name)`. See: patchbay credential list")
        }
        return "/api/v1/credentials/" + name
    }
}
