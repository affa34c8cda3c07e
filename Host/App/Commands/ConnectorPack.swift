import ArgumentParser
import FoundationEssentials
import PatchbayCore
import PatchbayJSON
import PatchbayModules
import PatchbaySecurity

struct ConnectorPack: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pack", abstract: "Make a package of a library, or of a staged folder.",
        discussion: """
            PATH is a library (FILE.so), which is checked and tried out first, or a folder such as plugins/acme/1.1.0. README.md, \
            LICENSE, CHANGELOG.md and icon.svg or icon.png beside it go along.
            """)

    @Argument(help: "What to pack.") var path: String

    @Option(name: .shortAndLong, help: "Where to write it; default: ID-VERSION.pbc here.") var output: String?

    @Option(help: "File with the private key to sign it with; see `keygen`.") var key: String?

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        do {
            var package = try await PackageFiles.pack(path)
            if let key { package = try package.signed(by: try SigningKey.load(key)) }
            try PackageFiles.write(package, to: output ?? package.fileName)
            PackageFiles.tell(package, at: output ?? package.fileName, json: json)
        } catch let refusal as ConnectorRefusal {
            throw refusal.failure(about: path, json: json)
        } catch let error as SecurityError {
            throw CommandFailure("\(error.message).")
        }
    }
}

/// Packages as files of the one who calls a command.
enum PackageFiles {
    static func pack(_ path: String) async throws -> ConnectorPackage {
        if Installation.isFolder(path) { return try .pack(try await PackageFolder(path).files()) }
        let files = FileManager.default
        let folder = files.temporaryDirectory.path + "/patchbay-pack-\(UInt64.random(in: 0...UInt64.max))"
        try files.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? files.removeItem(atPath: folder) }
        let staged = try await Staging(prober: Prober(runner: Installation.runner)).stage(library: path, into: folder)
        let made = try await PackageFolder(staged.folder).files()
        let beside = URL(fileURLWithPath: path).standardized.deletingLastPathComponent().path
        let others = try await PackageFolder(beside).filesForPeople()
        return try .pack(made + others)
    }

    static func read(_ path: String) throws -> [UInt8] {
        do {
            return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw CommandFailure("\(path) cannot be read: \(error)")
        }
    }

    static func write(_ package: ConnectorPackage, to path: String) throws {
        do {
            try Data(package.bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CommandFailure("\(path) cannot be written: \(error)")
        }
    }

    static func tell(_ package: ConnectorPackage, at path: String, json: Bool) {
        if json {
            Console.print(json: [
                "file": .string(path), "connector": .string(package.manifest.id),
                "version": .string(package.manifest.version.description), "digest": .string(package.digest),
                "size": .int(Int64(package.bytes.count)), "signed": .bool(package.isSigned),
                "files": .array(package.files.map { .string($0.name) }),
            ])
        } else {
            let signed = package.isSigned ? ", signed" : ""
            Console.print(
                "\(path): \(package.label), \(package.bytes.count) bytes\(signed)\n  sha256 \(package.digest)")
        }
    }
}

extension ConnectorRefusal {
    /// Prints why something is refused; what is to be thrown then.
    func failure(about subject: String, json: Bool) -> any Error {
        if json {
            Console.print(json: ["refused": .string(subject), "refusal": shown])
        } else {
            Console.note("\(subject) is refused (\(code))")
            print()
        }
        return ExitCode.failure
    }
}
