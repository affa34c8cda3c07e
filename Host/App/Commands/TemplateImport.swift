import ArgumentParser
import PatchbayAuthoring
import PatchbayCore
import PatchbayFederation
import PatchbayJSON
import PatchbayMarketplace
import PatchbayModules
import PatchbaySecurity
import PatchbayStorage

/// `patchbay template import`
struct TemplateImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Store templates of files, as drafts of the tenant's.",
        discussion: """
            Bundles (.pbt), and documents in YAML or JSON. With PATCHBAY_TRUSTED_KEYS one of these keys must have signed a \
            bundle. Problems are told; a draft may have some. With --publish all tenants can install a template at once, when it \
            has none. Packages in a bundle are left alone unless --connectors is given; they are then installed as `patchbay \
            connector install` does it. What is there already stays as it is.
            """)

    @OptionGroup var host: HostOptions
    @OptionGroup var reach: TenantOptions

    @Argument(help: "Bundles (FILE.pbt) or documents (FILE.yaml, FILE.json).") var files: [String]

    @Flag(help: "Offer them to all tenants, as a moderator would.") var publish = false

    @Flag(help: "Install the packages of connectors that are in bundles.") var connectors = false

    @Flag(help: "Let these open connections of their own, as far as their manifests ask for that.")
    var mayConnect = false

    @Flag(help: "Print JSON; a list for several files.") var json = false

    func run() async throws {
        let configuration = try await host.configuration(quiet: true)
        let policy = try configuration.trustPolicy
        let templates = try files.map { try IncomingTemplate(file: $0, policy) }
        try await Storage.using(host) { storage in
            let tenant = try await reach.tenant(in: storage)
            let parts = try await Parts(configuration, storage: storage, log: makeLogger(configuration))
            var installed: [ConnectorPin] = []
            for package in templates.flatMap(\.packages) where connectors {
                installed.append(try await install(package, parts, storage))
            }
            try await parts.catchUp(storage)
            let check = TemplateCheck(planner: parts.planner)
            let all = templates.map { ($0, check.check($0.document).problems) }
            if publish, let (template, problems) = all.first(where: { !$0.1.isEmpty }) {
                throw CommandFailure(problems.told(of: template.label) + "\nNothing of it was stored.")
            }
            var stored: [JSON] = []
            for (template, problems) in all {
                let version = try await store(template, in: tenant, storage)
                if publish { try await offer(version, template.document, storage) }
                stored.append(report(template, version, problems, installed))
            }
            if json {
                return Console.print(json: stored.count == 1 ? stored[0] : .array(stored))
            }
            for pin in installed { Console.print("\(pin) is installed for all hosts.") }
        }
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
        _ template: IncomingTemplate, in tenant: TenantID, _ storage: Storage
    ) async throws -> TemplateVersion {
        let (store, document, now) = (storage.templates, template.document, SystemTime().now)
        let known = try await store.template(named: document.name, in: tenant)
        let version = TemplateVersion(
            template: known ?? .new(at: now), tenant: tenant, version: document.version, document: document.json,
            createdBy: Caller.name, createdAt: now)
        guard try await store.put(version) else {
            let present = try await store.versions(of: version.template, in: tenant)
                .first { $0.version == version.version }
            guard let present, present.document == version.document else {
                throw CommandFailure(
                    "\(template.label) was submitted here with other content, and does not change any more. Give the new one "
                        + "another version.")
            }
            return present
        }
        try await storage.took(
            .templateStored, "template", version.template.description, in: tenant,
            details: [
                "name": .string(document.name), "version": .string(document.version.description),
                "digest": .string(template.digest),
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

    /// Tells people of a template, and answers what programs are told.
    private func report(
        _ template: IncomingTemplate, _ version: TemplateVersion, _ problems: [Problem], _ installed: [ConnectorPin]
    ) -> JSON {
        if !json {
            Console.print(
                "\(template.label) is \(publish ? "published" : "stored as a draft") (\(version.template)).")
            if !template.packages.isEmpty, !connectors {
                Console.note(
                    "It brings \(template.packages.map(\.name).joined(separator: ", ")); --connectors installs them.")
            }
            if !problems.isEmpty { Console.note(problems.told(of: "The draft")) }
        }
        return [
            "template_id": .string(version.template.description), "name": .string(template.document.name),
            "version": .string(version.version.description), "published": .bool(publish),
            "problems": .array(problems.map(\.shown)), "installed": .array(installed.map { .string($0.description) }),
        ]
    }
}

/// A template that comes in a file: a bundle, or a document that whoever operates the host vouches for by giving it.
private struct IncomingTemplate {
    /// Its name and version, for people.
    let label: String
    let document: TemplateDocument
    /// SHA-256 of the file.
    let digest: String
    let packages: [PackageFile]

    /// Throws `CommandFailure`.
    init(file: String, _ policy: TrustPolicy) throws {
        guard file.hasSuffix("." + TemplateBundle.fileExtension) else {
            let bytes = try TextFile.read(file)
            let (document, problems) = TemplateDocument.read(try YAMLReading.read(bytes, name: file))
            guard let document else { throw CommandFailure(problems.told(of: file) + "\nNothing of it was stored.") }
            self.document = document
            label = "\(document.name) \(document.version)"
            digest = Digest.sha256Hex(bytes)
            packages = []
            return
        }
        let bytes = try PackageFiles.read(file)
        do throws(BundleRefusal) {
            let bundle = try TemplateBundle.open(bytes)
            try bundle.check(policy)
            (label, document, digest, packages) = (bundle.label, bundle.document, bundle.digest, bundle.packages)
        } catch {
            throw CommandFailure(
                "\(file) is refused (\(error.code.rawValue)): it has \(error.have), and needs \(error.need). \(error.hint)"
            )
        }
    }
}
