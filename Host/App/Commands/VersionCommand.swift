import ArgumentParser
import PatchbayJSON

/// The version of the product.
enum PatchbayVersion {
    static let text = "0.1.0"
}

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Say which Patchbay this is, and which connector ABI it speaks.")

    @Flag(help: "Print JSON.") var json = false

    func run() {
        let abi = "1.0"
        if json {
            Console.print(json: ["version": .string(PatchbayVersion.text), "abi": .string(abi)])
        } else {
            Console.print("patchbay \(PatchbayVersion.text), connector ABI \(abi)")
        }
    }
}
