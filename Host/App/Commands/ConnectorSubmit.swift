import ArgumentParser
import PatchbayCore
import PatchbayJSON
import PatchbayModules
import PatchbayStorage

/// Offers a package to everybody, for a tenant.
struct ConnectorSubmit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit", abstract: "Offer a signed package to all tenants of an installation.",
        discussion: """
            All checks are made before this ends; the exit code is 0 when they passed and the package waits for the operators.
            """)

    @OptionGroup var host: HostOptions
    @OptionGroup var reach: TenantOptions

    @Argument(help: "FILE.pbc, which bears a signature.") var package: String

    @Option(help: "The public key that signed it; needed where hosts take connectors of anybody.") var signer: String?

    @Flag(help: "Once it is approved, publish it only when its tenant says so.") var hold = false

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let configuration = try await host.configuration(quiet: true)
        let bytes = try PackageFiles.read(package)
        try await Storage.using(host) { storage in
            let tenant = try await reach.tenant(in: storage)
            let parts = try await Parts(configuration, storage: storage, log: makeLogger(configuration))
            let content: ExaminedPackage
            do {
                content = try await parts.examiner.examine(bytes, signer: signer)
            } catch let refusal as ConnectorRefusal {
                throw refusal.failure(about: package, json: json)
            }
            let now = SystemTime().now
            let submission = PackageSubmission(
                offering: content, of: tenant, isHeld: hold, by: Caller.name, at: now)
            try await PackageChange.translating { try await storage.submissions.submit(submission, package: bytes) }
            try await storage.took(
                .packageSubmitted, "package", content.pin.description, in: tenant,
                details: ["digest": .string(content.digest)])
            if json {
                Console.print(json: submission.printed)
            } else if content.hasPassed {
                Console.print("\(content.pin) waits for the operators.")
            } else {
                Console.note("\(content.pin) did not pass the checks: patchbay connector check --confined \(package)")
            }
            if !content.hasPassed { throw ExitCode.failure }
        }
    }
}
