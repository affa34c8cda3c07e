import PatchbayJSON

/// Builds a Swift connector as other people's hosts need it: with its own copy of the Swift runtime inside, since Swift
/// promises no stable ABI on Linux, and with one exported symbol, so that two runtimes in one process never meet.
struct SwiftBuild: Sendable {
    let project: ConnectorProject
    let sdk: SDKFolder
    let development: Int?

    private static let missing = """
        Swift is not installed, or not in PATH. Install Swift 6.2 or newer (https://www.swift.org/install/linux), \
        or write the connector in C: patchbay connector new … --language c
        """

    func run() async throws(AuthoringError) -> String {
        guard ProgramRun.find("swift") != nil else { throw AuthoringError(Self.missing) }
        let product = try await product()
        var arguments = ["build", "-c", "release", "--product", product] + flags
        if let development { arguments += ["-Xlinker", "--defsym=patchbay_development_number=\(development)"] }
        let ending = try await program(arguments, .shown).run()
        guard ending.status == 0 else {
            throw AuthoringError("swift build failed; what the compiler says stands above.")
        }
        let place = try await program(["build", "-c", "release", "--show-bin-path"] + flags, .kept).run()
        let folder = place.words.split(separator: "\n").last.map(String.init) ?? ""
        let library = "\(folder)/lib\(product).so"
        guard place.status == 0, AuthoringFiles.exists(library) else {
            throw AuthoringError("swift build made no \(library): \(place.words.suffix(500))")
        }
        return library
    }

    /// The same for every step, so that nothing is built twice.
    private var flags: [String] {
        let swift = ["-static-stdlib", "-no-toolchain-stdlib-rpath", "-use-ld=lld", "-DPATCHBAY_STATIC_RUNTIME"]
        let linker = ["--version-script=\(sdk.versionScript)", "--gc-sections", "-s"]
        return swift.flatMap { ["-Xswiftc", $0] } + linker.flatMap { ["-Xlinker", $0] }
    }

    /// The name of the one dynamic library.
    private func product() async throws(AuthoringError) -> String {
        let ending = try await program(["package", "dump-package"], .kept).run()
        guard ending.status == 0, let start = ending.words.firstIndex(of: "{"),
            let json = try? JSON(parsing: String(ending.words[start...]))
        else { throw AuthoringError("Package.swift cannot be read:\n\(ending.words.suffix(4_000))") }
        let names = (json["products"]?.array ?? []).compactMap { product -> String? in
            guard let kind = product["type"]?["library"]?[0]?.string, kind == "dynamic" else { return nil }
            return product["name"]?.string
        }
        guard names.count == 1 else {
            throw AuthoringError(
                "Package.swift has \(names.count) dynamic libraries; a connector's package has one product: "
                    + #".library(name: "acme", type: .dynamic, targets: ["AcmeModule"])."#)
        }
        return names[0]
    }

    private func program(_ arguments: [String], _ output: ProgramRun.Output) -> ProgramRun {
        ProgramRun(
            program: "swift", arguments: arguments, folder: project.folder,
            environment: ["PATCHBAY_SDK": sdk.path], output: output)
    }
}
