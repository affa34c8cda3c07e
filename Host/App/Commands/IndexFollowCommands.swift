import ArgumentParser
import PatchbayCore
import PatchbayFederation
import PatchbayJSON
import PatchbaySecurity
import PatchbayStorage

/// An index by its name or id.
struct NamedIndex: ParsableArguments {
    @Argument(help: "Its name, or its id (idx_…).") var index: String

    func record(in storage: Storage) async throws -> TemplateIndex {
        let store = storage.indexes
        let found =
            if let id = IndexID(index) { try await store.index(id) } else { try await store.index(named: index) }
        guard let found else { throw CommandFailure("There is no index \(index): patchbay index list") }
        return found
    }
}

/// `patchbay index add`
struct IndexAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Follow an index: its templates are listed as NAME:TEMPLATE.",
        discussion: "A running host reads it within seconds. Learn the key from the index's maker, not from its server."
    )

    @OptionGroup var host: HostOptions

    @Argument(help: "What it is called here: lower-case letters, digits and -.") var name: String

    @Argument(help: "The address of its index.json.") var url: String

    @Option(help: "The public key that must have signed it.") var key: String

    @Option(help: "From one reading to the next.") var interval = "1h"

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let body: JSON = [
            "name": .string(name), "url": .string(url), "key": .string(key), "interval": .string(interval),
        ]
        let reading = IndexReading(body, isNew: true, keys: SignatureKey.problem)
        guard reading.problems.isEmpty else { throw CommandFailure(reading.problems.told(of: "The index")) }
        try await Storage.using(host) { storage in
            let now = SystemTime().now
            let index = TemplateIndex(
                id: .new(at: now), name: reading.name, url: url, key: key,
                interval: reading.change.interval ?? TemplateIndex.usualInterval, nextAt: now, createdBy: Caller.name,
                createdAt: now, updatedAt: now)
            do {
                try await storage.indexes.create(index)
            } catch IndexConflict.nameTaken(let name) {
                throw CommandFailure("Another index is called \(name): patchbay index list")
            } catch IndexConflict.tooMany(let most) {
                throw CommandFailure("There are \(most) indexes already, which are the most. Remove one first.")
            }
            try await storage.took(
                .indexAdded, "index", index.id.description, in: nil,
                details: ["name": .string(name), "url": .string(url)])
            if json { return Console.print(json: index.shown) }
            Console.print("\(name) is followed; see what came of it with: patchbay index show \(name)")
        }
    }
}

/// `patchbay index list`
struct IndexList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the indexes that are followed, with their state.")

    @OptionGroup var host: HostOptions

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        try await Storage.using(host) { storage in
            let indexes = try await storage.indexes.indexes()
            if json { return Console.print(json: ["items": .array(indexes.map(\.shown))]) }
            Console.print(
                table: indexes.map { index in
                    [
                        index.name, index.state, "\(index.progress.templates)", "\(index.progress.connectors)",
                        index.url,
                        index.progress.error?.description ?? "",
                    ]
                }, heading: ["INDEX", "STATE", "TEMPLATES", "CONNECTORS", "ADDRESS", "ERROR"],
                empty: "No index is followed.")
        }
    }
}

/// `patchbay index show`
struct IndexShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print an index that is followed, and what is wrong with it.")

    @OptionGroup var host: HostOptions
    @OptionGroup var named: NamedIndex

    func run() async throws {
        try await Storage.using(host) { Console.print(json: try await named.record(in: $0).shown) }
    }
}

/// `patchbay index fetch`
struct IndexFetch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch", abstract: "Have a running host read an index within seconds.")

    @OptionGroup var host: HostOptions
    @OptionGroup var named: NamedIndex

    func run() async throws {
        try await Storage.using(host) { storage in
            let index = try await named.record(in: storage)
            guard index.isEnabled else {
                throw CommandFailure("\(index.name) is disabled: patchbay index enable \(index.name)")
            }
            guard try await storage.indexes.hurry(index.id, at: SystemTime().now) != nil else {
                throw CommandFailure("\(index.name) was removed meanwhile.")
            }
            try await storage.took(.indexFetched, "index", index.id.description, in: nil)
            Console.print("\(index.name) is read as soon as a host can.")
        }
    }
}

/// `patchbay index enable`
struct IndexEnable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Offer what an index holds again.")

    @OptionGroup var host: HostOptions
    @OptionGroup var named: NamedIndex

    func run() async throws { try await named.set(enabled: true, host) }
}

/// `patchbay index disable`
struct IndexDisable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Offer nothing of an index, and do not read it; what was installed goes on.")

    @OptionGroup var host: HostOptions
    @OptionGroup var named: NamedIndex

    func run() async throws { try await named.set(enabled: false, host) }
}

/// `patchbay index remove`
struct IndexRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Follow an index no more; what was installed goes on.")

    @OptionGroup var host: HostOptions
    @OptionGroup var named: NamedIndex

    func run() async throws {
        try await Storage.using(host) { storage in
            let index = try await named.record(in: storage)
            guard try await storage.indexes.remove(index.id, at: SystemTime().now) else {
                throw CommandFailure("\(index.name) was removed already.")
            }
            try await storage.took(
                .indexRemoved, "index", index.id.description, in: nil, details: ["name": .string(index.name)])
            Console.print("\(index.name) is not followed any more.")
        }
    }
}

extension NamedIndex {
    fileprivate func set(enabled: Bool, _ host: HostOptions) async throws {
        try await Storage.using(host) { storage in
            let index = try await record(in: storage)
            let change = IndexChange(isEnabled: enabled)
            guard try await storage.indexes.change(index.id, change, at: SystemTime().now) != nil else {
                throw CommandFailure("\(index.name) was removed meanwhile.")
            }
            try await storage.took(
                .indexChanged, "index", index.id.description, in: nil,
                changes: ["enabled": ["from": .bool(index.isEnabled), "to": .bool(enabled)]])
            Console.print("\(index.name) is \(enabled ? "enabled" : "disabled").")
        }
    }
}

extension TemplateIndex {
    fileprivate var shown: JSON {
        [
            "id": .string(id.description), "name": .string(name), "url": .string(url), "key": .string(key),
            "status": .string(state), "title": progress.title.map(JSON.string) ?? .null,
            "serial": progress.serial.map(JSON.int) ?? .null, "templates": .int(Int64(progress.templates)),
            "connectors": .int(Int64(progress.connectors)), "failures": .int(Int64(progress.failures)),
            "error": progress.error.map {
                ["code": .string($0.code.rawValue), "message": .string($0.message)]
            } ?? .null,
            "checked_at": progress.checkedAt.map { .string($0.description) } ?? .null,
            "changed_at": progress.changedAt.map { .string($0.description) } ?? .null,
            "next_at": .string(nextAt.description),
        ]
    }
}

extension Storage {
    var indexes: PostgresIndexStore { PostgresIndexStore(database.api) }
}
