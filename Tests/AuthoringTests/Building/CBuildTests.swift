import ManifestFixture
import PatchbayAuthoring
import PatchbayCore
import PatchbayJSON
import PatchbayModules
import PatchbaySecurity
import Testing

@Suite(.timeLimit(.minutes(3))) struct CBuildTests {
    private func scaffold() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try Scaffold(try ConnectorName("acme"), in: .c, sdk: BuildFolder.sdk).write(to: folder.path)
        return folder
    }

    private func build(_ folder: TemporaryFolder, development: Int? = nil) throws -> ConnectorBuild {
        ConnectorBuild(
            try ConnectorProject.open(folder.path), sdk: BuildFolder.sdk, prober: try BuildFolder.prober,
            development: development)
    }

    @Test func `what new writes is built, packed, and greets`() async throws {
        let folder = try scaffold()
        let product = try await build(folder).run()
        #expect(product.id == "acme")
        #expect(product.warnings == [])
        #expect(product.leastGlibc != nil)
        let package = try ConnectorPackage.open(try product.bytes())
        #expect(package.manifest.sdk.language == "c")
        #expect(!package.isSigned)
        let connector = try await LocalConnector.open(
            "acme", in: folder.path + "/build/plugins", prober: try BuildFolder.prober)
        let greeting = try await connector.call("hello", ["name": #"Ada "the first" \ ü"#], in: .init())
        #expect(greeting.output == ["greeting": #"Hello, Ada "the first" \ ü!"#])
        #expect(try await connector.call("hello", [:], in: .init()).output == ["greeting": "Hello, world!"])
        await connector.close()
    }

    @Test func `a package is signed and goes where it is told`() async throws {
        let folder = try scaffold()
        try folder.write("# Acme", to: "README.md")
        let product = try await build(folder).run(signing: SigningKey(), output: folder.file("out.pbc"))
        #expect(product.file == folder.file("out.pbc"))
        let package = try ConnectorPackage.open(try product.bytes())
        #expect(package.isSigned)
        #expect(package.file("README.md") != nil)
    }

    @Test func `a development build stands beside the release`() async throws {
        let folder = try scaffold()
        let product = try await build(folder, development: 7).run()
        #expect(product.version.description == "1.0.0-dev.7")
        #expect(folder.exists("build/plugins/acme/1.0.0-dev.7/acme.so"))
    }

    @Test func `a source that does not compile is an error, and nothing is made`() async throws {
        let folder = try scaffold()
        try folder.write("this is no C", to: "acme.c")
        let build = try build(folder)
        let error = await #expect(throws: AuthoringError.self) { try await build.run() }
        #expect(error?.description.contains("stands above") == true)
        #expect(!folder.exists("build/built.json"))
    }

    @Test func `test programs in C are built and run`() async throws {
        let folder = try scaffold()
        let project = try ConnectorProject.open(folder.path)
        #expect(!project.hasOwnTests)
        let program = #"""
            #include "acme.c"
            #include <assert.h>

            static const char *nested = "{\"a\": [1, {\"name\": 2}], \"name\": \"\\u00fc\\ud83d\\ude00\\n\"}";

            int main(void) {
              char name[20];
              assert(pbc_member(pbc_bytes(nested), "name", name, sizeof name));
              assert(strcmp(name, "\xc3\xbc\xf0\x9f\x98\x80\n") == 0);
              assert(!pbc_member(pbc_bytes("{\"name\": \"long\"}"), "name", name, 4));
              assert(!pbc_member(pbc_bytes("{\"name\""), "name", name, sizeof name));
              assert(!pbc_member(pbc_bytes(""), "name", name, sizeof name));
              return 0;
            }
            """#
        try folder.write(program, to: "Tests/reading.c")
        #expect(project.hasOwnTests)
        let tests = OwnTests(project, sdk: BuildFolder.sdk)
        #expect(try await tests.run())
        try folder.write("int main(void) { return 1; }", to: "Tests/bad.c")
        #expect(try await !tests.run())
        try folder.write("no C", to: "Tests/bad.c")
        #expect(try await !tests.run())
    }

    @Test func `everything that is wrong with connector.json is told`() async throws {
        let folder = try scaffold()
        let json = try JSON(parsing: try folder.read("connector.json"))
        try folder.write(
            json.replacing("/id", with: "Acme!").replacing("/operations/0/effect", with: "smile").text,
            to: "connector.json")
        let build = try build(folder)
        let error = await #expect(throws: AuthoringError.self) { try await build.run() }
        #expect(error?.description.contains("/id") == true)
        #expect(error?.description.contains("/operations/0/effect") == true)
        try folder.write("{", to: "connector.json")
        await #expect(throws: AuthoringError.self) { try await build.run() }
    }

    @Test func `a folder without a connector is named`() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: AuthoringError.self) { try ConnectorProject.open(folder.path) }
        #expect(error?.description.contains("patchbay connector new") == true)
        #expect(throws: AuthoringError.self) { try ConnectorProject.open(folder.file("nothing")) }
    }

    @Test func `what is the same for everybody need not be written`() {
        let declared = DeclaredManifest.completed(
            [
                "id": "a", "version": "1.0.0",
                "operations": [["id": "x", "effect": "read"], ["id": "y", "effect": "write"]],
            ],
            language: "rust")
        #expect(declared["manifest_version"] == 1)
        #expect(declared["sdk"]?["language"] == "rust")
        #expect(declared["operations"]?[0]?["idempotent"] == true)
        #expect(declared["operations"]?[1]?["idempotent"] == false)
        #expect(DeclaredManifest.completed(["limits": 1], language: "c")["limits"] == 1)
        #expect(DeclaredManifest.completed("no object", language: "c") == "no object")
        #expect(DevelopmentVersion.text(of: "1.0.0-rc.1", number: 2) == "1.0.0-rc.1.dev.2")
    }
}
