import ArgumentParser
import PatchbayCore
import PatchbayJSON
import PatchbayModules
import PatchbaySecurity

struct ConnectorSign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Sign a package, in place of any signature it has.")

    @Argument(help: "The package, FILE.pbc.") var file: String

    @Option(help: "File with the private key; see `keygen`.") var key: String

    @Option(name: .shortAndLong, help: "Where to write it; default: the same file.") var output: String?

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        do {
            let package = try ConnectorPackage.open(try PackageFiles.read(file))
                .signed(by: try SigningKey.load(key))
            try PackageFiles.write(package, to: output ?? file)
            PackageFiles.tell(package, at: output ?? file, json: json)
        } catch let refusal as ConnectorRefusal {
            throw refusal.failure(about: file, json: json)
        } catch let error as SecurityError {
            throw CommandFailure("\(error.message).")
        }
    }
}

struct ConnectorKeygen: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen", abstract: "Make a key to sign packages with, and print its public half.")

    @Argument(help: "The file to write; one that is there stays, and its public half is printed.") var file: String

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        do {
            let fresh = SigningKey()
            let isNew = try fresh.create(at: file)
            let key = isNew ? fresh : try SigningKey.load(file)
            if json {
                Console.print(json: [
                    "file": .string(file), "created": .bool(isNew), "public_key": .string(key.publicKey),
                ])
            } else {
                Console.print(key.publicKey)
                Console.note("Hosts that are to trust it: PATCHBAY_TRUSTED_KEYS=\(key.publicKey)")
            }
        } catch {
            throw CommandFailure("\(error.message).")
        }
    }
}
