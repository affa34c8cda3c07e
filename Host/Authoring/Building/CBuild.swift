import PatchbayJSON
import PatchbayModules

/// Builds a connector in C: every `.c` file of its folder, with what `connector.json` declares put into the library.
struct CBuild: Sendable {
    let project: ConnectorProject
    let sdk: SDKFolder
    let development: Int?

    func run() async throws(AuthoringError) -> String {
        let sources = AuthoringFiles.names(in: project.folder).filter { $0.hasSuffix(".c") }
        guard !sources.isEmpty else { throw AuthoringError("\(project.folder) has no .c file.") }
        let (id, flags) = try prepared()
        let library = "\(project.output)/lib\(id).so"
        var arguments = flags + ["-O2", "-shared", "-fPIC", "-fvisibility=hidden"]
        arguments += ["-Wl,--version-script=\(sdk.versionScript)", "-Wl,-z,noexecstack", "-Wl,-z,relro", "-s"]
        arguments += ["-o", library] + sources + ["-lpthread"]
        guard try await compile(arguments) else {
            throw AuthoringError("The C compiler failed; what it says stands above.")
        }
        return library
    }

    /// Builds one of the author's test programs, which includes the source that it tests, and runs it. True when it ends
    /// with status 0.
    func test(_ source: String) async throws(AuthoringError) -> Bool {
        let (_, flags) = try prepared()
        let name = source.split(separator: "/").last.map { $0.dropLast(".c".count) } ?? "test"
        let program = "\(project.output)/tests/\(name)"
        try AuthoringFiles.createFolder(project.output + "/tests")
        guard try await compile(flags + ["-g", "-I", project.folder, "-o", program, source, "-lpthread"]) else {
            return false
        }
        return try await ProgramRun(program: program, arguments: [], folder: project.folder, output: .shown).run()
            .status == 0
    }

    /// Writes what the header includes; answers the connector's id and what every file is compiled with.
    private func prepared() throws(AuthoringError) -> (id: String, flags: [String]) {
        let manifest = try declared()
        let id = manifest["id"]?.string ?? "connector", version = manifest["version"]?.string ?? ""
        let numbers = manifest.bytes().map(String.init).joined(separator: ",")
        let file = project.output + "/manifest.inc"
        try AuthoringFiles.write(Array(numbers.utf8), to: file)
        var flags = ["-std=c11", "-Wall", "-Wextra"]
        for folder in sdk.headers { flags += ["-I", folder] }
        flags += ["-DPBC_ID=\"\(id)\"", "-DPBC_VERSION=\"\(version)\"", "-DPBC_MANIFEST_FILE=\"\(file)\""]
        return (id, flags)
    }

    private func compile(_ arguments: [String]) async throws(AuthoringError) -> Bool {
        let compilers = ["cc", "gcc", "clang"]
        guard let compiler = compilers.first(where: { ProgramRun.find($0) != nil }) else {
            throw AuthoringError("There is no C compiler (cc, gcc or clang) in PATH. On Debian: apt install gcc")
        }
        return try await ProgramRun(
            program: compiler, arguments: arguments, folder: project.folder, output: .shown
        ).run().status == 0
    }

    /// What `connector.json` says, with what is the same for every connector of this kind. Everything that is wrong with it
    /// is told at once.
    private func declared() throws(AuthoringError) -> JSON {
        let bytes = try AuthoringFiles.read(project.folder + "/connector.json")
        let json: JSON
        do throws(JSONError) {
            json = try JSON(parsing: bytes)
        } catch {
            throw AuthoringError("connector.json is no JSON: \(error)")
        }
        let manifest = DeclaredManifest.completed(json, language: "c", development: development)
        let reading = Manifest.read(manifest, as: .declared)
        guard reading.manifest != nil else {
            let lines = reading.problems.map { "  \($0)" }
            throw AuthoringError("connector.json is not in order:\n" + lines.joined(separator: "\n"))
        }
        return manifest
    }
}
