import Testing

@Suite struct NamingTests {
    @Test func `no file is named after the kind of its code`() throws {
        let banned = ["Utils", "Utilities", "Helper", "Helpers", "Manager", "Managers", "Common", "Misc", "Impl"]
        for top in ["Host", "Connectors", "ConnectorSDK"] {
            for file in try SourceTree.files(below: top) {
                let parts = file.path.dropLast(".swift".count).split(separator: "/")
                #expect(
                    !parts.contains { part in banned.contains { part == $0 || part.hasSuffix($0) } }, "\(file.path)")
            }
        }
    }

    @Test func `only state machines and parsers are long`() throws {
        for top in ["Host", "Connectors", "ConnectorSDK"] {
            for file in try SourceTree.files(below: top) where file.lines.count > 400 {
                let name = file.path.split(separator: "/").last ?? ""
                #expect(name.contains("State") || name.contains("Parser"), "\(file.path): \(file.lines.count) lines")
            }
        }
    }

    @Test func `each action stands in a file of its name`() throws {
        for file in try SourceTree.files(below: "Connectors") where file.path.contains("/Sources/Actions/") {
            let name = file.path.split(separator: "/").last!.dropLast(".swift".count)
            let declared = file.lines.filter { $0.contains(": Action {") }
            #expect(declared.count == 1, "\(file.path)")
            #expect(declared.first?.contains("struct \(name): Action {") == true, "\(file.path)")
        }
    }
}
