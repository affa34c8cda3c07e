import ArgumentParser
import FoundationEssentials
import PatchbayAuthoring
import PatchbayCore
import PatchbayFederation
import PatchbayJSON
import PatchbayMarketplace
import PatchbayModules
import PatchbaySecurity
import PatchbayStorage

/// `patchbay template export`
struct TemplateExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a template as a bundle, a file that other hosts import.",
        discussion: """
            The template is one that is here, published or the tenant's own, or a file (.yaml, .yml, .json). The same template \
            and key give the same bytes. `patchbay template draft` makes a template of a workflow.
            """, aliases: ["bundle"])

    @OptionGroup var host: HostOptions
    @OptionGroup var reach: TenantOptions

    @Argument(help: "Its name, its id (tpl_…), or a file.") var template: String

    @Option(name: .customLong("version"), help: "Which version; default: the newest.") var wanted: String?

    @Option(name: .shortAndLong, help: "Where to write it; default: NAME-VERSION.pbt here.") var output: String?

    @Option(help: "File with the private key to sign it with; see `patchbay connector keygen`.") var key: String?

    @Flag(help: "Put the packages of the connectors that it needs into it, as they are here.") var connectors = false

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        if WorkflowID(template) != nil {
            throw CommandFailure(
                "\(template) is a workflow. Make a template of it: patchbay template draft \(template) --name NAME")
        }
        let key = try signingKey()
        let configuration = try await host.configuration(quiet: true)
        let isFile = [".yaml", ".yml", ".json"].contains { template.hasSuffix($0) }
        if isFile, !connectors {
            let parts = try await Parts(configuration, storage: nil, log: makeLogger(configuration))
            return try write(try document(inFile: template), [], key, parts)
        }
        try await Storage.using(host) { storage in
            let parts = try await Parts(configuration, storage: storage, log: makeLogger(configuration))
            try await parts.catchUp(storage)
            let document =
                if isFile { try document(inFile: template) } else { try await document(storage) }
            var packages: [ConnectorPackage] = []
            for need in document.connectors where connectors {
                packages.append(try await package(need, parts, storage))
            }
            try write(document, packages, key, parts)
        }
    }

    private func signingKey() throws -> SigningKey? {
        do {
            return try key.map { try SigningKey.load($0) }
        } catch let error as SecurityError {
            throw CommandFailure("\(error.message).")
        }
    }

    private func document(inFile path: String) throws -> TemplateDocument {
        let (document, problems) = TemplateDocument.read(try YAMLReading.read(try TextFile.read(path), name: path))
        guard let document else { throw CommandFailure(problems.told(of: path)) }
        return document
    }

    private func document(_ storage: Storage) async throws -> TemplateDocument {
        let (store, tenant) = (storage.templates, try await reach.tenant(in: storage))
        var found: [(version: Version, document: JSON)] = []
        let id = TemplateID(template)
        let listing = if let id { try await store.listing(id) } else { try await store.listing(named: template) }
        if let listing {
            found = try await store.listedVersions(of: listing.id).filter { !$0.isWithdrawn && $0.isFetched }
                .map { ($0.version, $0.document) }
        } else {
            let own = if let id { id } else { try await store.template(named: template, in: tenant) }
            if let own { found = try await store.versions(of: own, in: tenant).map { ($0.version, $0.document) } }
        }
        let chosen = found.filter { wanted == nil || $0.version.description == wanted }.max { $0.version < $1.version }
        guard let chosen else {
            let versions =
                found.isEmpty ? "" : "; its versions are \(found.map(\.version.description).joined(separator: ", "))"
            throw CommandFailure("There is no template \(template) \(wanted ?? "")\(versions): patchbay template list")
        }
        let (document, problems) = TemplateDocument.read(chosen.document)
        guard let document else { throw CommandFailure(problems.told(of: template)) }
        return document
    }

    private func package(
        _ need: ConnectorNeed, _ parts: Parts, _ storage: Storage
    ) async throws -> ConnectorPackage {
        guard let version = parts.registry.versions(of: need.connector).first(where: need.range.contains),
            let package = try await storage.package(
                of: ConnectorPin(connector: need.connector, version: version),
                plugins: parts.configuration.pluginsFolder)
        else {
            throw CommandFailure(
                "No version of \(need.connector) that fits \(need.versions) is here. Install it, or leave --connectors out."
            )
        }
        return package
    }

    private func write(
        _ document: TemplateDocument, _ packages: [ConnectorPackage], _ key: SigningKey?, _ parts: Parts
    ) throws {
        // What leaves the house is looked at as what is published.
        let problems = TemplateCheck(planner: parts.planner).check(document).problems
        guard problems.isEmpty else { throw CommandFailure(problems.told(of: document.name)) }
        let bundle: TemplateBundle
        do {
            bundle = try TemplateBundle.pack(document, packages: packages, key: key)
        } catch {
            throw CommandFailure("\(document.name) cannot be bundled: \(error)")
        }
        let path = output ?? bundle.fileName
        do {
            try Data(bundle.bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CommandFailure("\(path) cannot be written: \(error)")
        }
        if json { return Console.print(json: bundle.shown(at: path)) }
        Console.print(
            "\(path): \(bundle.label), \(bundle.bytes.count) bytes\(bundle.isSigned ? ", signed" : "")\n"
                + "  sha256 \(bundle.digest)")
    }
}

extension TemplateBundle {
    func shown(at path: String) -> JSON {
        [
            "file": .string(path), "template": .string(document.name), "version": .string(document.version.description),
            "digest": .string(digest), "size": .int(Int64(bytes.count)), "signed": .bool(isSigned),
            "packages": .array(packages.map { .string($0.name) }),
        ]
    }
}

extension [Problem] {
    /// All of them, for somebody at the command line.
    func told(of subject: String) -> String {
        let lines = prefix(20).map { "  \($0.pointer): \($0.message)\($0.hint.map { " (\($0))" } ?? "")" }
        return "\(subject) has problems:\n" + lines.joined(separator: "\n")
    }
}

extension Parts {
    /// Has this command's registry know what is installed for all hosts, without being counted as one of them.
    func catchUp(_ storage: Storage) async throws {
        let name = "command-\(RequestID.new(at: clock.now))"
        let follower = CatalogueFollower(
            store: storage.connectors, registry: registry,
            place: CatalogueFollower.Place(
                host: name, plugins: configuration.pluginsFolder, shared: configuration.sharedConnectorsFolder),
            clock: clock, logger: log)
        await follower.catchUp()
        try await storage.connectors.forget(host: name, silentBefore: Timestamp(milliseconds: 0))
    }
}
