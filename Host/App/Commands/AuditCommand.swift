import ArgumentParser
import PatchbayCore
import PatchbayJSON
import PatchbayStorage

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "List, export and verify what was done, by whom, and with which credentials.",
        subcommands: [List.self, Export.self, AuditVerify.self])

    /// Whose log.
    struct Whose: ParsableArguments {
        @Option(help: "A tenant's id (ten_…). [default: the first tenant]") var tenant: String?

        @Flag(help: "The installation's own log: what belongs to no tenant.") var installation = false

        func validate() throws { try Self.check(tenant, installation) }

        static func check(_ tenant: String?, _ installation: Bool) throws {
            guard tenant == nil || !installation else {
                throw ValidationError("Name a tenant, or say --installation: one of the two.")
            }
            if let tenant, TenantID(tenant) == nil {
                throw ValidationError(
                    "`\(tenant)` is no tenant's id; these are ten_ and 26 characters: patchbay tenant list")
            }
        }

        var chain: TenantID? { installation ? nil : tenant.flatMap { TenantID($0) } ?? .initial }
    }

    /// Which events.
    struct Which: ParsableArguments {
        @Option(help: "Only those of an account or a key (its id), or of a kind of actor: engine, command, …")
        var actor: String?

        @Option(help: "Only events of this kind, such as credential.used.") var event: String?

        @Option(help: "Only what happened to this thing (its id).") var resource: String?

        @Option(help: "success, refused or failed.") var outcome: String?

        @Option(help: "From this time on (RFC 3339), such as 2026-01-31T12:00:00Z.") var from: String?

        @Option(help: "Before this time.") var before: String?

        func filter() throws -> AuditFilter {
            var filter = AuditFilter()
            filter.actor = actor
            filter.resource = resource
            if let event {
                guard let action = AuditAction(rawValue: event) else {
                    let words = AuditAction.allCases.map(\.rawValue)
                    throw CommandFailure(
                        "There is no event `\(event)`; "
                            + (Suggestion.hint(for: event, among: words, known: "there are") ?? ""))
                }
                filter.action = action
            }
            if let outcome {
                guard let known = AuditEvent.Outcome(rawValue: outcome) else {
                    throw CommandFailure("--outcome is success, refused or failed; it is `\(outcome)`.")
                }
                filter.outcome = known
            }
            filter.from = try Self.time(from, "from")
            filter.to = try Self.time(before, "before")
            return filter
        }

        private static func time(_ text: String?, _ name: String) throws -> Timestamp? {
            guard let text else { return nil }
            guard let time = Timestamp(text) else {
                throw CommandFailure("--\(name) is a time such as 2026-01-31T12:00:00Z; it is `\(text)`.")
            }
            return time
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List events, the newest first.")

        @OptionGroup var host: HostOptions
        @OptionGroup var whose: Whose
        @OptionGroup var which: Which

        @Option(help: "At most so many; 1 to 10,000.") var limit = 50

        @Flag(help: "Print JSON.") var json = false

        func validate() throws {
            guard (1...10_000).contains(limit) else { throw ValidationError("--limit is 1 to 10,000.") }
        }

        func run() async throws {
            let filter = try which.filter()
            try await Storage.using(host) { storage in
                try await storage.audit.collect()
                var (events, cursor) = ([JSON](), String?.none)
                repeat {
                    let page = try await storage.trail.records(
                        in: whose.chain, filter,
                        page: PageRequest(limit: min(limit - events.count, PageRequest.largest), cursor: cursor))
                    events += try page.items.map { try JSON(parsing: $0.line) }
                    cursor = page.next
                } while cursor != nil && events.count < limit
                if json { return Console.print(json: ["items": .array(events)]) }
                Console.print(
                    table: events.map { event in
                        ["sequence", "timestamp", "event", "outcome", "actor", "resource_id"].map { name in
                            switch event[name] {
                            case .int(let number)?: "\(number)"
                            case .string(let text)?: text
                            case .object?: event[name]?["id"]?.string ?? event[name]?["kind"]?.string ?? ""
                            default: "-"
                            }
                        }
                    }, heading: ["NUMBER", "TIME", "EVENT", "OUTCOME", "BY", "ON"], empty: "There are no such events.")
            }
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write events to a file, the oldest first, as JSON lines with their hashes.")

        @OptionGroup var host: HostOptions
        @OptionGroup var whose: Whose
        @OptionGroup var which: Which

        @Argument(help: "A new file.") var file: String

        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let filter = try which.filter()
            try await Storage.using(host) { storage in
                try await storage.audit.collect()
                let output = try LineFile(creating: file)
                var count = 0
                try await storage.trail.export(in: whose.chain, filter) { record in
                    try await output.add(String(decoding: record.line, as: UTF8.self))
                    count += 1
                }
                try await output.finish()
                try await storage.took(
                    .auditExported, "audit", whose.chain?.description ?? "installation", in: whose.chain,
                    details: ["events": .int(Int64(count))])
                if json { return Console.print(json: ["file": .string(file), "events": .int(Int64(count))]) }
                Console.print("Wrote \(count) events to \(file).")
            }
        }
    }
}
