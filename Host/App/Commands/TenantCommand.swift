import ArgumentParser
import PatchbayCore
import PatchbayJSON
import PatchbayStorage

struct TenantCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenant", abstract: "Create, limit, export and delete tenants.",
        subcommands: [
            Create.self, List.self, Limit.self, Suspend.self, Resume.self, Usage.self, TenantEgressCommand.self,
            TenantExport.self, TenantDelete.self,
        ])

    /// A tenant on the command line.
    struct Named: ParsableArguments {
        @Argument(help: "The tenant's id (ten_…).") var id: String

        func validate() throws {
            guard TenantID(id) != nil else {
                throw ValidationError(
                    "`\(id)` is no tenant's id; these are ten_ and 26 characters: patchbay tenant list")
            }
        }

        var tenant: TenantID { TenantID(id) ?? .initial }
        var missing: CommandFailure { CommandFailure("There is no tenant \(id). See: patchbay tenant list") }
    }

    /// Limits on the command line.
    struct Limits: ParsableArguments {
        @Option(help: "The most workflows; none lifts the limit.") var workflows: String?

        @Option(name: .customLong("runs-a-month"), help: "The most runs in a month of UTC, or none.")
        var runsAMonth: String?

        @Option(help: "The most runs under way at a time, or none.") var concurrency: String?

        @Option(help: "The most schedules and polling triggers together, or none.") var triggers: String?

        @Option(name: .customLong("storage-bytes"), help: "The most bytes that kept runs may take, or none.")
        var storageBytes: String?

        @Option(
            name: .customLong("rate"), parsing: .singleValue,
            help:
                "Requests a minute, such as api=2000; of api, webhook, execute and credentials. default: as all tenants."
        )
        var rates: [String] = []

        /// Those that were named in place of what is there.
        func applied(to quotas: TenantQuotas) throws -> TenantQuotas {
            try TenantQuotas(
                workflows: Self.limit(workflows, "workflows", from: 0) ?? quotas.workflows,
                runsAMonth: Self.limit(runsAMonth, "runs-a-month", from: 0) ?? quotas.runsAMonth,
                concurrency: Self.limit(concurrency, "concurrency", from: 1) ?? quotas.concurrency,
                storageBytes: Self.limit(storageBytes, "storage-bytes", from: 0) ?? quotas.storageBytes,
                triggers: Self.limit(triggers, "triggers", from: 0) ?? quotas.triggers,
                rates: Self.rates(rates, in: quotas.rates))
        }

        private static func rates(_ words: [String], in limits: RateLimits) throws -> RateLimits {
            try words.reduce(into: limits) { limits, word in
                let halves = word.split(separator: "=", maxSplits: 1).map(String.init)
                guard halves.count == 2, let rateClass = RateClass(rawValue: halves[0]) else { throw wrongRate(word) }
                let number = Int(halves[1])
                guard halves[1] == "default" || number.map({ (1...RateLimits.most).contains($0) }) == true else {
                    throw wrongRate(word)
                }
                limits[rateClass] = number
            }
        }

        private static func wrongRate(_ word: String) -> CommandFailure {
            let classes = RateClass.allCases.map(\.rawValue).joined(separator: ", ")
            return CommandFailure(
                "--rate is `\(word)`, needs one of \(classes) and a number from 1: api=2000, api=default.")
        }

        /// Nil when it was not named; nil within when it is to be lifted.
        private static func limit(_ text: String?, _ name: String, from least: Int) throws -> Int?? {
            guard let text else { return nil }
            if text == "none" { return .some(nil) }
            guard let number = Int(text),
                (least...Int(Int32.max) * (["workflows", "triggers"].contains(name) ? 1 : 1 << 16)).contains(number)
            else { throw CommandFailure("--\(name) is `\(text)`, needs a number from \(least), or none.") }
            return .some(number)
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Create a tenant.")

        @OptionGroup var host: HostOptions

        @Argument(help: "Its name, for people.") var name: String

        @OptionGroup var limits: Limits

        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let now = SystemTime().now
            let record = TenantRecord(
                id: .new(at: now), name: name, quotas: try limits.applied(to: TenantQuotas()), createdAt: now)
            try await Storage.using(host) { storage in
                try await storage.tenants.create(record)
                try await storage.took(
                    .tenantCreated, "tenant", record.id.description, in: nil, details: ["name": .string(record.name)])
                if json { return Console.print(json: record.shown) }
                Console.print("Created \(record.id) (\(record.name)).")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List all tenants, the newest first.")

        @OptionGroup var host: HostOptions

        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            try await Storage.using(host) { storage in
                var (records, cursor) = ([TenantRecord](), String?.none)
                repeat {
                    let page = try await storage.tenants.tenants(
                        page: PageRequest(limit: PageRequest.largest, cursor: cursor))
                    records += page.items
                    cursor = page.next
                } while cursor != nil
                if json { return Console.print(json: ["items": .array(records.map(\.shown))]) }
                Console.print(
                    table: records.map { record in
                        [record.id.description, record.state.rawValue, record.createdAt.description, record.name]
                    }, heading: ["TENANT", "STATE", "CREATED", "NAME"], empty: "There are no tenants.")
            }
        }
    }

    struct Limit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Change a tenant's limits, or see them.")

        @OptionGroup var host: HostOptions
        @OptionGroup var named: Named
        @OptionGroup var limits: Limits

        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            try await Storage.using(host) { storage in
                guard var record = try await storage.tenants.tenant(named.tenant) else { throw named.missing }
                let quotas = try limits.applied(to: record.quotas)
                if quotas != record.quotas {
                    guard try await storage.tenants.set(quotas, of: record.id) else { throw named.missing }
                    let before: JSON = record.shown["limits"] ?? .null
                    record.quotas = quotas
                    try await storage.took(
                        .limitsChanged, "tenant", named.id, in: record.id,
                        changes: ["limits": ["old": before, "new": record.shown["limits"] ?? .null]])
                }
                if json { return Console.print(json: record.shown) }
                func text(_ limit: Int?) -> String { limit.map(String.init) ?? "none" }
                Console.print(
                    table: [
                        ["workflows", text(quotas.workflows)], ["runs a month", text(quotas.runsAMonth)],
                        ["runs at a time", text(quotas.concurrency)], ["stored bytes", text(quotas.storageBytes)],
                        ["schedules and polling triggers", text(quotas.triggers)],
                    ]
                        + RateClass.allCases.map { rateClass in
                            [
                                "\(rateClass.rawValue) requests a minute",
                                quotas.rates[rateClass].map(String.init) ?? "default",
                            ]
                        }, heading: ["OF", "LIMIT"], empty: "")
            }
        }
    }

    struct Suspend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Start nothing of a tenant any more, and take none of its runs on; everything stays.")

        @OptionGroup var host: HostOptions
        @OptionGroup var named: Named

        func run() async throws { try await TenantCommand.setSuspended(true, named, host) }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a suspended tenant go on.")

        @OptionGroup var host: HostOptions
        @OptionGroup var named: Named

        func run() async throws { try await TenantCommand.setSuspended(false, named, host) }
    }

    private static func setSuspended(_ isSuspended: Bool, _ named: Named, _ host: HostOptions) async throws {
        try await Storage.using(host) { storage in
            guard try await storage.tenants.setSuspended(isSuspended, named.tenant) else {
                let isThere = try await storage.tenants.tenant(named.tenant) != nil
                throw isThere ? CommandFailure("The tenant \(named.id) is being deleted.") : named.missing
            }
            try await storage.took(
                isSuspended ? .tenantSuspended : .tenantResumed, "tenant", named.id, in: named.tenant)
            Console.print("\(isSuspended ? "Suspended" : "Resumed") \(named.id); hosts know within a second.")
        }
    }

    struct Usage: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show what a tenant used, by day of UTC.")

        @OptionGroup var host: HostOptions
        @OptionGroup var named: Named

        @Option(help: "For so many days until today; 1 to 1,000.") var days: Int64 = 31

        @Flag(help: "Print JSON.") var json = false

        func validate() throws {
            guard (1...1_000).contains(days) else { throw ValidationError("--days is 1 to 1,000.") }
        }

        func run() async throws {
            let now = SystemTime().now
            try await Storage.using(host) { storage in
                let usage = try await storage.tenants.usage(
                    of: named.tenant, from: now + -(days - 1) * 86_400_000, through: now)
                if json { return Console.print(json: ["items": .array(usage.map(\.shown))]) }
                Console.print(
                    table: usage.map { ["\($0.day)", "\($0.runs)", "\($0.steps)", "\($0.bytes)"] },
                    heading: ["DAY", "RUNS", "STEPS", "BYTES"], empty: "Nothing was used in that time.")
            }
        }
    }
}

extension TenantRecord {
    fileprivate var shown: JSON {
        func limit(_ number: Int?) -> JSON { number.map { .int(Int64($0)) } ?? .null }
        return [
            "id": .string(id.description), "name": .string(name), "state": .string(state.rawValue),
            "created_at": .string(createdAt.description),
            "limits": [
                "workflows": limit(quotas.workflows), "runs_a_month": limit(quotas.runsAMonth),
                "concurrency": limit(quotas.concurrency), "storage_bytes": limit(quotas.storageBytes),
                "triggers": limit(quotas.triggers),
                "rates": .object(
                    RateClass.allCases.reduce(into: JSONObject()) { $0[$1.rawValue] = limit(quotas.rates[$1]) }),
            ],
        ]
    }
}

extension TenantUsage {
    fileprivate var shown: JSON {
        [
            "day": .string(day), "runs": .int(Int64(runs)), "steps": .int(Int64(steps)), "bytes": .int(Int64(bytes)),
        ]
    }
}
