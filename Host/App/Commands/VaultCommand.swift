import ArgumentParser
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import PatchbayStorage

struct VaultCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vault", abstract: "Look after the keys that credentials are sealed under.",
        subcommands: [VaultStatus.self, VaultRotate.self, VaultRewrap.self])

    /// Whose keys; all tenants' when none is named.
    struct Reach: ParsableArguments {
        @Option(name: .customLong("tenant"), help: "The tenant (ten_…); all of them without it.") var id: String?

        func validate() throws {
            guard let id, TenantID(id) == nil else { return }
            throw ValidationError(
                "`\(id)` is no tenant's id; these are ten_ and 26 characters: patchbay tenant list")
        }

        func tenants(_ store: PostgresTenantStore) async throws -> [TenantID] {
            if let wanted = id.flatMap({ TenantID($0) }) {
                guard try await store.tenant(wanted) != nil else {
                    throw CommandFailure("There is no tenant \(wanted). See: patchbay tenant list")
                }
                return [wanted]
            }
            var tenants: [TenantID] = []
            var page = PageRequest(limit: 200)
            while true {
                let found = try await store.tenants(page: page)
                tenants += found.items.map(\.id)
                guard let next = found.next else { return tenants }
                page.cursor = next
            }
        }
    }
}
