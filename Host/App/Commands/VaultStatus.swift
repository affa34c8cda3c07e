import ArgumentParser
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

struct VaultStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show each tenant's data keys, and what is sealed with which.",
        discussion: "Nothing is opened; no key-encryption service is asked.")

    @OptionGroup var host: HostOptions
    @OptionGroup var reach: VaultCommand.Reach

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        try await Storage.using(host) { storage in
            let keys = storage.vault.keys
            var items: [(record: DataKeyRecord, sealed: Int)] = []
            var old: [(tenant: TenantID, sealed: Int)] = []
            for tenant in try await reach.tenants(storage.tenants) {
                let counts = try await keys.store.sealedCounts(in: tenant)
                items += try await keys.store.keys(in: tenant).map { ($0, counts[$0.id] ?? 0) }
                if let count = counts[nil] { old.append((tenant, count)) }
            }
            if json {
                return Console.print(json: [
                    "wrappers": .array(keys.ring.ids.map(JSON.string)),
                    "keys": .array(
                        items.map { $0.record.json(sealing: $0.sealed, isOpen: keys.ring.opens($0.record)) }),
                    "without_data_key": .array(
                        old.map { ["tenant": .string($0.tenant.description), "credentials": .int(Int64($0.sealed))] }),
                ])
            }
            Console.print("Key-encryption keys of this host: \(keys.ring.ids.joined(separator: ", "))")
            Console.print(
                table: items.map { item in
                    let (record, sealed) = item
                    return [
                        record.tenant.description, record.id.description, record.state.rawValue,
                        record.createdAt.description, String(sealed),
                        record.wrapper + (keys.ring.opens(record) ? "" : " (this host does not have it)"),
                    ]
                }, heading: ["TENANT", "KEY", "STATE", "CREATED", "CREDENTIALS", "WRAPPED WITH"],
                empty: "There are no data keys yet; a tenant's first credential makes one.")
            for (tenant, count) in old {
                Console.print(
                    "\(tenant): \(count) credentials have no data key yet: patchbay vault rotate-data-keys --tenant \(tenant)"
                )
            }
        }
    }
}

extension DataKeyRecord {
    fileprivate func json(sealing count: Int, isOpen: Bool) -> JSON {
        [
            "tenant": .string(tenant.description), "key": .string(id.description), "state": .string(state.rawValue),
            "wrapper": .string(wrapper), "can_be_opened": .bool(isOpen), "credentials": .int(Int64(count)),
            "created_at": .string(createdAt.description), "wrapped_at": .string(wrappedAt.description),
            "retired_at": retiredAt.map { .string($0.description) } ?? .null,
        ]
    }
}
