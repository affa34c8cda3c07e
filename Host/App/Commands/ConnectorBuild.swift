import ArgumentParser
import PatchbayAuthoring
import PatchbayCore
import PatchbayJSON
import PatchbayModules
import PatchbaySecurity

struct ConnectorBuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build", abstract: "Build a connector, and make a package of it.",
        discussion: "The compiler's words go to standard error. Exit status: 0 built, 1 not.")

    @Argument(help: "The connector's folder.") var folder = "."

    @Option(help: "Sign the package with this key; `patchbay connector keygen` makes one.") var sign: String?

    @Option(help: "Where the package goes, a file or a folder; build/ of the connector otherwise.") var output: String?

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let key = try sign.map { try SigningKey.load($0) }
        let project = try ConnectorProject.open(folder)
        let build = ConnectorBuild(project, sdk: try Authoring.sdk(), prober: Authoring.prober)
        let product = try await Authoring.explaining { try await build.run(signing: key, output: output) }
        for warning in product.warnings { Console.note("warning: \(warning)") }
        guard !json else { return Console.print(json: product.shown) }
        let glibc = product.leastGlibc.map { ", needs glibc \($0)" } ?? ""
        let kilobytes = (product.librarySize + 999) / 1000
        let size = kilobytes < 1000 ? "\(kilobytes) kB" : "\(kilobytes / 1000).\(kilobytes % 1000 / 100) MB"
        Console.print(
            "\(product.id) \(product.version): a library of \(size)\(glibc)\(product.isSigned ? ", signed" : "")")
        Console.print("\(product.file)\nInstall it: patchbay connector install \(product.file)")
    }
}

extension ConnectorBuild.Product {
    var shown: JSON {
        [
            "id": .string(id), "version": .string(version.description), "package": .string(file),
            "folder": .string(folder), "library_size": .int(librarySize),
            "least_glibc": leastGlibc.map(JSON.string) ?? .null, "signed": .bool(isSigned),
            "warnings": .array(warnings.map(JSON.string)),
        ]
    }
}
