import ArgumentParser
import FoundationEssentials
import PatchbayCore
import PatchbayFederation
import PatchbayJSON
import PatchbayModules
import PatchbaySecurity

/// `patchbay index write`
struct IndexWrite: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "write", abstract: "Write index.json for a folder of bundles (.pbt) and packages (.pbc).",
        discussion: """
            Any web server can hold the folder then. The index that is there is replaced in one step, and stays as it is when \
            nothing has changed. A version whose bytes have changed is refused, as hosts would refuse it.
            """)

    @Argument(help: "The folder.") var folder: String

    @Option(help: "What the index is called; default: as the one that is there.") var name: String?

    @Option(help: "File with the private key to sign it with; several may be given. See `patchbay connector keygen`.")
    var key: [String]

    @Option(help: "Public keys of others, whose signatures on files are to be recognised.") var signer: [String] = []

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let keys = try key.map { path in
            do throws(SecurityError) {
                return try SigningKey.load(path)
            } catch {
                throw CommandFailure("\(error.message).")
            }
        }
        let own = try keys.map { try SignatureKey(base64: $0.publicKey) }
        let others = try signer.map { text in
            do throws(SecurityError) {
                return try SignatureKey(base64: text)
            } catch {
                throw CommandFailure("--signer \(text): \(error.message).")
            }
        }
        let path = "\(folder)/\(IndexDraft.fileName)"
        let former = try former(at: path, own)
        guard let name = name ?? former?.name, (1...64).contains(name.unicodeScalars.count) else {
            throw CommandFailure("Name the index: --name, 1 to 64 characters.")
        }
        var draft = IndexDraft(name: name, known: own + others)
        for file in try files() {
            do {
                try draft.add(PackageFile(name: file, bytes: try PackageFiles.read("\(folder)/\(file)")))
            } catch let refusal as ConnectorRefusal {
                throw CommandFailure("\(file): \(refusal)")
            } catch let refusal as BundleRefusal {
                throw CommandFailure("\(file): \(refusal)")
            } catch let failure as IndexFailure {
                throw CommandFailure(failure.message)
            }
        }
        do {
            let document = try draft.document(after: former)
            let isNew = document != former
            if isNew { try write(IndexEnvelope.seal(document.bytes, by: keys), to: path) }
            tell(document, at: path, isNew: isNew)
        } catch let failure as IndexFailure {
            throw CommandFailure(failure.message)
        }
    }

    private func former(at path: String, _ keys: [SignatureKey]) throws -> IndexDocument? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let bytes = try PackageFiles.read(path)
        var last: IndexFailure?
        for key in keys {
            do throws(IndexFailure) {
                return try IndexDocument(parsing: try IndexEnvelope.open(bytes, key: key))
            } catch {
                last = error
            }
        }
        throw CommandFailure(
            "\(path) is there already, and cannot be continued: \(last?.message ?? "") Sign with its key too, or move it away "
                + "and tell those who follow it.")
    }

    private func files() throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).filter(IndexDraft.lists).sorted()
        } catch {
            throw CommandFailure("\(folder) cannot be read: \(error)")
        }
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        guard bytes.count <= IndexLimits.bytes else {
            throw CommandFailure(
                "The index has \(bytes.count) bytes, and \(IndexLimits.bytes) are the most. Divide the folder.")
        }
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CommandFailure("\(path) cannot be written: \(error)")
        }
    }

    private func tell(_ document: IndexDocument, at path: String, isNew: Bool) {
        if json {
            return Console.print(json: [
                "file": .string(path), "name": .string(document.name), "serial": .int(document.serial),
                "templates": .int(Int64(document.templates.count)),
                "connectors": .int(Int64(document.connectors.count)), "changed": .bool(isNew),
            ])
        }
        let counts = "\(document.templates.count) templates, \(document.connectors.count) connectors"
        Console.print("\(path): \(document.name), serial \(document.serial), \(counts)\(isNew ? "" : ", unchanged")")
    }
}
