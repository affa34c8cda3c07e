import ArgumentParser
import PatchbayCore
import PatchbayJSON
import PatchbayStorage

struct TenantExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write everything that is kept of a tenant to a file, as JSON lines.",
        discussion: """
            The first line says what it is, then comes a line for each row of each table, last a line with their numbers, \
            without which the file is not whole. Secrets are in it as they are stored, sealed under the installation's key; \
            what runs were given and what they answered is in it as it is.
            """)

    @OptionGroup var host: HostOptions
    @OptionGroup var named: TenantCommand.Named

    @Argument(help: "A new file.") var file: String

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        try await Storage.using(host) { storage in
            guard try await storage.tenants.tenant(named.tenant) != nil else { throw named.missing }
            let output = try LineFile(creating: file)
            let counts = try await PostgresTenantExport(storage.database.api).write(
                named.tenant, at: SystemTime().now
            ) { try await output.add($0) }
            try await output.finish()
            try await storage.took(.tenantExported, "tenant", named.id, in: named.tenant)
            if json {
                var rows: JSONObject = [:]
                for (table, count) in counts { rows[table] = .int(Int64(count)) }
                return Console.print(json: ["file": .string(file), "rows": .object(rows)])
            }
            Console.print("Wrote \(counts.map(\.rows).reduce(0, +)) rows of \(counts.count) tables to \(file).")
        }
    }
}
