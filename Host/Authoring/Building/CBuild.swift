import PatchbayJSON
import PatchbayModules

/// Builds a connector in C: every `.c` file of its folder, with what `connector.json` declares put into the library.
struct CBuild: Sendable {
    let project: ConnectorProject
    let sdk: SDKFolder
    let development: Int?

    func run() async throws(AuthoringError) -> String {
        let compilers = ["cc", "gcc", "clang"]
        guard let compiler = compilers.first(where: { ProgramRun.find($0) != nil }) else {
            throw AuthoringError("There is no C compiler (cc, gcc or clang) in PATH. On Debian: apt install gcc")
        }
        let sources = AuthoringFiles.names(in: project.folder).filter { $0.hasSuffix(".c") }
        guard !sources.isEmpty else { throw AuthoringError("\(project.folder) has no .c file.") }
        let manifest = try declared()
        let id = manifest["id"]?.string ?? "connector", version = manifest["version"]?.string ?? ""
        let numbers = manifest.bytes().map(String.init).joined(separator: ",")
        try AuthoringFiles.write(Array(numbers.utf8), to: project.output + "/manifest.inc")
        let library = "\(project.output)/lib\(id).so"
        var arguments = ["-std=c11", "-O2", "-Wall", "-Wextra", "-shared", "-fPIC", "-fvisibility=hidden"]
        for folder in sdk.headers { arguments += ["-I", folder] }
        arguments += ["-DPBC_ID=\"\(id)\"", "-DPBC_VERSION=\"\(version)\""]
        arguments.append("-DPBC_MANIFEST_FILE=\"\(project.output)/manifest.inc\"")
        arguments += ["-Wl,--version-script=\(sdk.versionScript)", "-Wl,-z,noexecstack", "-Wl,-z,relro", "-s"]
        arguments += ["-o", library] + sources + ["-lpthread"]
        let ending = try await ProgramRun(
            program: compiler, arguments: arguments, folder: project.folder, output: .shown
        ).run()
        guard ending.status == 0 else {
            throw AuthoringError("\(compiler) failed; what the compiler says stands above.")
        }
        return library
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
