import ArgumentParser
import PatchbayCore
import PatchbayJSON
import PatchbayStorage

struct AuditVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Look for anything in the audit log that was changed, removed or put in.",
        discussion: """
            Goes through the logs of all tenants and the installation's own, or the one that is named. Keep what it prints as \
            the end of a log where nobody can change it: with --anchor it must still be in that log, which also shows when a \
            log was cut off or written anew. Exit status: 0 when all are whole, else 1.
            """)

    @OptionGroup var host: HostOptions

    @Option(help: "Only this tenant's log (ten_…).") var tenant: String?

    @Flag(help: "Only the installation's own log.") var installation = false

    @Option(help: "An end that the log once had, as this command printed it: NUMBER:HASH.") var anchor: String?

    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        try AuditCommand.Whose.check(tenant, installation)
        guard let anchor else { return }
        guard AuditHead(anchor) != nil else {
            throw ValidationError("--anchor is the end of a log as this command printed it: NUMBER:HASH.")
        }
        guard tenant != nil || installation else {
            throw ValidationError("--anchor is of one log: name its tenant, or say --installation.")
        }
    }

    func run() async throws {
        try await Storage.using(host) { storage in
            let chains: [TenantID?] =
                if installation {
                    [nil]
                } else if let tenant {
                    [TenantID(tenant)]
                } else {
                    try await PostgresAuditTrail.chains(storage.database.engine)
                }
            try await storage.audit.collect()
            var verdicts: [AuditVerdict] = []
            for chain in chains {
                let verdict = try await storage.trail.verify(chain, anchor: anchor.flatMap { AuditHead($0) })
                verdicts.append(verdict)
                if !json { tell(verdict) }
            }
            if json { Console.print(json: ["items": .array(verdicts.map(\.json))]) }
            if verdicts.contains(where: { $0.flaw != nil }) { throw ExitCode.failure }
        }
    }

    private func tell(_ verdict: AuditVerdict) {
        let name = verdict.tenant?.description ?? "the installation"
        if let flaw = verdict.flaw {
            return Console.print("\(name): NOT WHOLE at record \(flaw.sequence): \(flaw.message)")
        }
        Console.print("\(name): whole, \(verdict.count) records, end \(verdict.head.map { "\($0)" } ?? "-")")
    }
}
