import ArgumentParser
import Logging
import PatchbayCore
import PatchbayJSON
import PatchbayModules
import PatchbayStorage

struct ConnectorList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List installed connectors, and why one cannot be used.",
        discussion: """
            STATE is what this machine makes of a version: available, loaded or refused. With --everywhere, INSTALLED is what \
            the operator decided for all hosts (enabled, disabled, retiring), and HOSTS how many of those that run have it.
            """)

    @OptionGroup var host: HostOptions

    @Flag(help: "Ask the database too, for what is installed for all hosts.") var everywhere = false

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let registry = try await ConnectorRegistry.scanned(
            try await host.configuration(quiet: true), log: Logger(label: "silent") { _ in SwiftLogNoOpLogHandler() })
        let listings = registry.listings()
        guard everywhere else { return show(listings.map { Row(listing: $0) }) }
        try await Storage.using(host) { storage in
            let now = SystemTime().now
            let installations = try await storage.connectors.installations()
            let reports = try await storage.connectors.reports(since: now + -ConnectorReport.life)
            show(Row.all(listings, installations, reports))
        }
    }

    private func show(_ rows: [Row]) {
        if json { return Console.print(json: ["items": .array(rows.map { $0.json(everywhere: everywhere) })]) }
        Console.print(
            table: rows.map { $0.cells(everywhere: everywhere) },
            heading: ["CONNECTOR", "VERSION", "STATE"] + (everywhere ? ["INSTALLED", "HOSTS"] : []) + ["SUMMARY"],
            empty: "No connectors are installed. Build those of this repository: make plugins")
        for row in rows {
            guard let refusal = row.listing?.refusal else { continue }
            Console.note("\n\(row.id) \(row.version) is refused (\(refusal.code))")
            refusal.print()
        }
    }
}

extension ConnectorList {
    /// A version, as this machine and as all hosts see it.
    private struct Row {
        /// Nil where this machine does not have it.
        var listing: ConnectorListing?
        var installation: ConnectorInstallation?
        /// Hosts that run, with what each says of it; nil for those that do not have it.
        var hosts: [(name: String, entry: ConnectorReport.Entry?)] = []

        var id: String { listing?.id ?? installation?.connector ?? "" }
        var version: String { listing?.version ?? installation?.version.description ?? "" }
        private var state: String { listing?.state.rawValue ?? "absent" }

        /// What lies here, then what other hosts have.
        static func all(
            _ listings: [ConnectorListing], _ installations: [ConnectorInstallation], _ reports: [ConnectorReport]
        ) -> [Row] {
            var rest = Dictionary(
                installations.filter { $0.state != .removed }.map { ($0.pin.description, $0) }
            ) { first, _ in first }
            var rows = listings.map { listing in
                Row(listing: listing, installation: rest.removeValue(forKey: "\(listing.id)@\(listing.version)"))
            }
            rows += rest.values.sorted { $0.pin.description < $1.pin.description }.map { Row(installation: $0) }
            return rows.map { row in
                var row = row
                row.hosts = reports.map { report in
                    let entry = report.connectors.first { $0.connector == row.id && $0.version == row.version }
                    return (report.host, entry)
                }
                return row
            }
        }

        func cells(everywhere: Bool) -> [String] {
            let having = hosts.filter { $0.entry?.isUsable == true }.count
            let more = everywhere ? [installation?.state.rawValue ?? "-", "\(having) of \(hosts.count)"] : []
            return [id, version, state] + more + [listing?.summary ?? ""]
        }

        func json(everywhere: Bool) -> JSON {
            var json: JSONObject = [
                "id": .string(id), "version": .string(version), "name": .string(listing?.name ?? id),
                "summary": .string(listing?.summary ?? ""), "category": .string(listing?.category ?? ""),
                "state": .string(state), "refusal": listing?.refusal?.shown ?? .null,
                "sha256": (listing?.sha256 ?? installation?.librarySHA256).map(JSON.string) ?? .null,
            ]
            guard everywhere else { return .object(json) }
            json["installation"] = installation?.shown ?? JSON.null
            json["hosts"] = .array(
                hosts.compactMap { name, entry -> JSON? in
                    guard let entry else { return nil }
                    return [
                        "host": .string(name), "state": .string(entry.state.rawValue),
                        "refusal": entry.refusal?.shown ?? JSON.null,
                    ]
                })
            return .object(json)
        }
    }
}

extension ConnectorRefusal {
    func print() {
        Console.note("  have: \(have)\n  need: \(need)\n  do:   \(hint)")
    }

    var shown: JSON {
        ["code": .string(code), "have": .string(have), "need": .string(need), "hint": .string(hint)]
    }
}
