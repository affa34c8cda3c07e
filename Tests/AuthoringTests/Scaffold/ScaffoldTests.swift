import FoundationEssentials
import PatchbayAuthoring
import PatchbayJSON
import Testing

@Suite struct ScaffoldTests {
    @Test(arguments: [ConnectorLanguage.swift, .c])
    func `the source has at most thirty lines`(language: ConnectorLanguage) throws {
        let scaffold = try Scaffold(try ConnectorName("acme-shop"), in: language, sdk: BuildFolder.sdk)
        let lines = scaffold.files[0].text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count - 1 <= 30, "\(scaffold.source)")
        #expect(lines.allSatisfy { $0.count <= 120 })
        for file in scaffold.files where file.path.hasSuffix(".json") {
            #expect(throws: Never.self, "\(file.path)") { try JSON(parsing: file.text) }
        }
    }

    @Test func `a folder with something in it is left alone`() throws {
        let folder = try TemporaryFolder()
        try folder.write("mine", to: "acme/notes.txt")
        let scaffold = try Scaffold(try ConnectorName("acme"), in: .c, sdk: BuildFolder.sdk)
        #expect(throws: AuthoringError.self) { try scaffold.write(to: folder.file("acme")) }
        #expect(!folder.exists("acme/connector.json"))
        try folder.write("mine", to: "file")
        #expect(throws: AuthoringError.self) { try scaffold.write(to: folder.file("file")) }
    }

    @Test func `an empty folder is filled`() throws {
        let folder = try TemporaryFolder()
        let scaffold = try Scaffold(try ConnectorName("acme"), in: .c, sdk: BuildFolder.sdk)
        try scaffold.write(to: folder.path)
        #expect(
            folder.exists("acme.c") && folder.exists("connector.json") && folder.exists("Tests/Recordings/hello.json"))
    }

    @Test func `the SDK is found from the program, and by its variable`() throws {
        let program = BuildFolder.sources + "/.build/debug/patchbay"
        let found = try SDKFolder.find(executable: program, chosen: nil)
        #expect(found.path.hasSuffix("/ConnectorSDK"))
        #expect(
            try SDKFolder.find(executable: "/nowhere/bin/patchbay", chosen: found.path).path.hasSuffix("/ConnectorSDK"))
        let folder = try TemporaryFolder()
        #expect(throws: AuthoringError.self) { try SDKFolder.find(executable: program, chosen: folder.path) }
        let missing = #expect(throws: AuthoringError.self) {
            try SDKFolder.find(executable: "/nowhere/bin/patchbay", chosen: nil)
        }
        #expect(missing?.description.contains("PATCHBAY_SDK") == true)
    }

    @Test func `the SDK's own package has the targets of this repository`() throws {
        let own = try String(contentsOfFile: BuildFolder.sources + "/ConnectorSDK/Package.swift", encoding: .utf8)
        let whole = try String(contentsOfFile: BuildFolder.sources + "/Package.swift", encoding: .utf8)
        for name in ["CPatchbay", "PatchbayJSON", "ConnectorSDK", "ConnectorReplay", "ConnectorTestKit"] {
            #expect(own.contains("name: \"\(name)\""), "\(name)")
            #expect(whole.contains("name: \"\(name)\""), "\(name)")
        }
        for line in whole.split(separator: "\n") where line.contains(".enableUpcomingFeature(") {
            let feature = line.drop { $0 == " " }.prefix { $0 != "," }
            #expect(own.contains(feature), "\(feature)")
        }
    }
}
