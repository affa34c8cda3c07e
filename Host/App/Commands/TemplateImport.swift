import ArgumentParser
import PatchbayCore
import PatchbayFederation
import PatchbayJSON
import PatchbayMarketplace
import PatchbayModules
import PatchbayStorage

/// `patchbay template import`
struct TemplateImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Store the template of a bundle, as a draft of the tenant's.",
        discussion: """
            With PATCHBAY_TRUSTED_KEYS one of these keys must have signed the bundle. Its problems are told; a draft may have \
            some. With --publish all tenants can install it at once, when it has none. Packages in the bundle are left alone \
            unless --connectors is given; they are then installed as `patchbay connector install` does it.
            """)

    @OptionGroup var host: HostOptions
    @OptionGroup var reach: TenantOptions

    @Argument(help: "The bundle, FILE.pbt.") var file: String

    @Flag(help: "Offer it to all tenants, as a moderator would.") var publish = false

    @Flag(help: "Install the packages of connectors that are in it.") var connectors = false

    @Flag(help: "Let these open connections of their own, as far as their manifests ask for that.")
    var mayConnect = false

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let bundle = try read()
        let configuration = try await host.configuration(quiet: true)
        do {
            try bundle.check(try configuration.trustPolicy)
        } catch let refusal as BundleRefusal {
            throw failure(refusal)
        }
        try await Storage.using(host) { storage in
            let tenant = try await reach.tenant(in: storage)
            let parts = try await Parts(configuration, storage: storage, log: makeLogger(configuration))
            var installed: [ConnectorPin] = []
            for package in bundle.packages where connectors {
                installed.append(try await install(package, parts, storage))
            }
            try await parts.catchUp(storage)
            let problems = TemplateCheck(planner: parts.planner).check(bundle.document).problems
            guard problems.isEmpty || !publish else {
                throw CommandFailure(problems.told(of: bundle.label) + "\nNothing of it was stored.")
            }
            let version = try await store(bundle, in: tenant, storage)
            if publish { try await offer(version, bundle.document, storage) }
            tell(bundle, version, problems, installed)
        }
    }

    private func read() throws -> TemplateBundle {
        let bytes = try PackageFiles.read(file)
        do throws(BundleRefusal) {
            return try TemplateBundle.open(bytes)
        } catch {
            throw failure(error)
        }
    }

    private func failure(_ refusal: BundleRefusal) -> CommandFailure {
        CommandFailure(
            "\(file) is refused (\(refusal.code.rawValue)): it has \(refusal.have), and needs \(refusal.need). \(refusal.hint)"
        )
    }

    private func install(_ file: PackageFile, _ parts: Parts, _ storage: Storage) async throws -> ConnectorPin {
        do {
            let outcome = try await parts.installer(storage).install(
                file.bytes, mayConnect: mayConnect, by: Caller.name)
            switch outcome {
            case .installed(let installation):
                try await storage.took(
                    .connectorInstalled, "connector", installation.pin.description, in: nil,
                    details: ["digest": .string(installation.digest)])
                return installation.pin
            case .unchanged(let installation), .taken(let installation): return installation.pin
            }
        } catch let refusal as ConnectorRefusal {
            throw refusal.failure(about: file.name, json: json)
        }
    }

    private func store(
        _ bundle: TemplateBundle, in tenant: TenantID, _ storage: Storage
    ) async throws -> TemplateVersion {
        let (store, document, now) = (storage.templates, bundle.document, SystemTime().now)
        let known = try await store.template(named: document.name, in: tenant)
        let version = TemplateVersion(
            template: known ?? .new(at: now), tenant: tenant, version: document.version, document: document.json,
            createdBy: Caller.name, createdAt: now)
        guard try await store.put(version) else {
            let present = try await store.versions(of: version.template, in: tenant)
                .first { $0.version == version.version }
            guard let present, present.document == version.document else {
                throw CommandFailure(
                    "\(bundle.label) was submitted here with other content, and does not change any more. Give the new one "
                        + "another version.")
            }
            return present
        }
        try await storage.took(
            .templateStored, "template", version.template.description, in: tenant,
            details: [
                "name": .string(document.name), "version": .string(document.version.description),
                "digest": .string(bundle.digest),
            ])
        return version
    }

    private func offer(_ version: TemplateVersion, _ document: TemplateDocument, _ storage: Storage) async throws {
        if version.submission?.state == .published { return }
        let (store, now) = (storage.templates, SystemTime().now)
        if let other = try await store.listing(named: document.name), other.id != version.template {
            throw CommandFailure(
                "Another published template is called \(document.name); \(version.template) stays a draft.")
        }
        let change = SubmissionChange(
            version: version, listing: TemplateListing(document, of: version, at: now), actor: Caller.name, at: now)
        do {
            if version.submission?.state != .pending, version.submission?.state != .approved {
                _ = try await store.apply(.submit(held: false), to: change)
            }
            _ = try await store.apply(
                version.submission?.state == .approved ? .submit(held: false) : .approve, to: change)
        } catch let conflict as TemplateConflict {
            throw CommandFailure(
                "\(document.name) was changed by somebody else meanwhile (\(conflict)); look and try again.")
        }
        try await storage.took(
            .templateApproved, "template", version.template.description, in: nil,
            details: ["version": .string(version.version.description)])
    }

    private func tell(
        _ bundle: TemplateBundle, _ version: TemplateVersion, _ problems: [Problem], _ installed: [ConnectorPin]
    ) {
        if json {
            return Console.print(json: [
                "template_id": .string(version.template.description), "name": .string(bundle.document.name),
                "version": .string(version.version.description), "published": .bool(publish),
                "problems": .array(problems.map(\.shown)),
                "installed": .array(installed.map { .string($0.description) }),
            ])
        }
        Console.print(
            "\(bundle.label) is \(publish ? "published" : "stored as a draft") (\(version.template)).")
        for pin in installed { Console.print("\(pin) is installed for all hosts.") }
        if !bundle.packages.isEmpty, !connectors {
            Console.note(
                "It brings \(bundle.packages.map(\.name).joined(separator: ", ")); --connectors installs them.")
        }
        if !problems.isEmpty { Console.note(problems.told(of: "The draft")) }
    }
}
