import ArgumentParser
import Logging
import PatchbayCore
import PatchbayJSON
import PatchbayModules

struct ConnectorList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List installed connectors, and why one cannot be used.")

    @OptionGroup var host: HostOptions

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let registry = try await ConnectorRegistry.scanned(
            try await host.configuration(quiet: true), log: Logger(label: "silent") { _ in SwiftLogNoOpLogHandler() })
        let listings = registry.listings()
        if json { return Console.print(json: ["items": .array(listings.map(\.shown))]) }
        Console.print(
            table: listings.map { [$0.id, $0.version, $0.state.rawValue, $0.summary] },
            heading: ["CONNECTOR", "VERSION", "STATE", "SUMMARY"],
            empty: "No connectors are installed. Build those of this repository: make plugins")
        for listing in listings {
            guard let refusal = listing.refusal else { continue }
            Console.note("\n\(listing.id) \(listing.version) is refused (\(refusal.code))")
            refusal.print()
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

extension ConnectorListing {
    fileprivate var shown: JSON {
        [
            "id": .string(id), "version": .string(version), "name": .string(name), "summary": .string(summary),
            "category": .string(category), "state": .string(state.rawValue), "refusal": refusal?.shown ?? .null,
            "sha256": sha256.map(JSON.string) ?? .null,
        ]
    }
}
