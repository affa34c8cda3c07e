import ArgumentParser
import PatchbayCore
import PatchbayStorage

/// The tenant that a command is about.
struct TenantOptions: ParsableArguments {
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
