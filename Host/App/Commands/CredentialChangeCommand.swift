import ArgumentParser
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

struct CredentialChangeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "change", abstract: "Change a credential; what is not named stays.",
        discussion: """
            Example: patchbay credential change team-slack --field token < token.txt
            """)

    @OptionGroup var host: HostOptions
    @OptionGroup var reach: TenantOptions

    @Argument(help: "Its name.") var name: String

    @Option(
        name: .customLong("field"),
        help: "A field to replace, asked for on the terminal or read from standard input, one line each. Repeatable.")
    var fields: [String] = []

    @Option(help: "The connector it is for; any: every one that takes its kind.") var connector: String?

    @Option(name: .customLong("host"), help: "A host it may be sent to, in place of those before. Repeatable.")
    var hosts: [String] = []

    @Option(name: .customLong("set"), help: "A setting that goes with it, beside those before. Repeatable.")
    var settings: [String] = []

    @Option(name: .customLong("share"), help: "A role that may use it; everybody: all who use credentials. Repeatable.")
    var roles: [String] = []

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        var secrets: [String: Secret] = [:]
        for field in fields { secrets[field] = Secret(try Prompt.secret(field)) }
        let added = try Assignments.read(settings)
        let replaced = secrets
        try await Storage.using(host) { storage in
            let tenant = try await reach.tenant(in: storage)
            guard let present = try await storage.vault.record(named: name, in: tenant) else { throw missing }
            var change = CredentialChange(fields: replaced, hosts: hosts.isEmpty ? nil : hosts)
            if let connector { change.connector = .some(connector == "any" ? nil : connector) }
            if !roles.isEmpty { change.sharedWith = .some(roles == ["everybody"] ? nil : roles) }
            if !added.isEmpty {
                change.settings = .object(
                    added.reduce(into: present.settings.object ?? [:]) { $0[$1.name] = $1.value ?? "" })
            }
            guard let record = try await storage.vault.update(present.id, in: tenant, change) else { throw missing }
            try await storage.took(
                .credentialUpdated, "credential", record.id.description, in: tenant,
                details: ["name": .string(record.name)])
            if json { return Console.print(json: record.shown) }
            Console.print("Changed \(record.name).")
        }
    }

    private var missing: CommandFailure {
        CommandFailure("There is no credential `\(name)`. See: patchbay credential list")
    }
}
