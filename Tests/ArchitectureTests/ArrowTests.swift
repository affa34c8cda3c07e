import Testing

/// Who may know whom: `Host/Docs/architecture.md` draws it.
@Suite struct ArrowTests {
    /// The project's modules that a folder may import, beside itself.
    private static let allowed: [(folder: String, modules: Set<String>)] = [
        ("ConnectorSDK/JSON", []),
        ("ConnectorSDK/SDK", ["CPatchbay", "PatchbayJSON"]),
        ("ConnectorSDK/TestKit/Replay", ["PatchbayJSON"]),
        ("ConnectorSDK/TestKit/Host", ["ConnectorReplay", "ConnectorSDK", "PatchbayJSON"]),
        ("ConnectorSDK/Declarative", ["PatchbayJSON"]),
        ("Connectors", ["CPatchbay", "ConnectorSDK", "PatchbayJSON"]),
        // The one connector that compiles pure sources of the host: decision 0022.
        ("Connectors/Transform", ["CPatchbay", "ConnectorSDK", "PatchbayJSON", "PatchbayExpressions"]),
        ("Connectors/Email", ["CPatchbay", "ConnectorSDK", "PatchbayJSON", "CLibCurl"]),
        ("Connectors/PostgreSQL", ["CPatchbay", "ConnectorSDK", "PatchbayJSON", "CLibPQ"]),
        ("Host/Core", ["PatchbayJSON"]),
        ("Host/TimeZones", ["PatchbayCore"]),
        ("Host/Patterns", ["CRE2"]),
        ("Host/Schemas", ["PatchbayCore", "PatchbayJSON", "PatchbayPatterns"]),
        ("Host/Expressions", ["PatchbayJSON", "PatchbayCore", "PatchbayPatterns"]),
        ("Host/Security", ["PatchbayJSON", "PatchbayCore"]),
        ("Host/Outbound", ["PatchbayJSON", "PatchbayCore", "CLibCurl"]),
        ("Host/Postgres", ["CLibPQ"]),
        ("Host/Storage", ["PatchbayJSON", "PatchbayCore", "PatchbayPostgres"]),
        ("Host/Frames", ["CPatchbay"]),
        (
            "Host/Modules",
            [
                "CLibArchive", "CPatchbay", "PatchbayJSON", "PatchbayCore", "PatchbayFrames", "PatchbayOutbound",
                "PatchbaySchemas", "PatchbaySecurity",
            ]
        ),
        (
            "Host/Authoring",
            [
                "CLinux", "ConnectorReplay", "PatchbayJSON", "PatchbayCore", "PatchbayModules", "PatchbayOutbound",
                "PatchbaySchemas", "PatchbaySecurity",
            ]
        ),
        (
            "Host/Engine",
            ["PatchbayJSON", "PatchbayCore", "PatchbaySchemas", "PatchbayExpressions", "PatchbaySecurity"]
        ),
        ("Host/Import", ["PatchbayJSON", "PatchbayCore", "PatchbayEngine", "PatchbayExpressions"]),
        (
            "Host/Marketplace",
            ["PatchbayJSON", "PatchbayCore", "PatchbaySchemas", "PatchbayExpressions", "PatchbayEngine"]
        ),
        (
            "Host/Federation",
            [
                "PatchbayJSON", "PatchbayCore", "PatchbayMarketplace", "PatchbayModules", "PatchbayOutbound",
                "PatchbaySecurity",
            ]
        ),
        (
            "Host/API",
            [
                "PatchbayJSON", "PatchbayCore", "PatchbayEngine", "PatchbayExpressions", "PatchbayImport",
                "PatchbayMarketplace",
                "PatchbaySchemas", "PatchbaySecurity",
            ]
        ),
        ("Host/Runner", ["CPatchbay", "PatchbayFrames", "PatchbayJSON"]),
    ]

    @Test(arguments: allowed.map(\.folder))
    func `a folder imports only the modules it may know`(folder: String) throws {
        let modules = Self.allowed.first { $0.folder == folder }!.modules
        for file in try SourceTree.files(below: folder) {
            // A folder with a line of its own is not its parent's business.
            if Self.allowed.contains(where: {
                $0.folder.hasPrefix(folder + "/") && file.path.hasPrefix($0.folder + "/")
            }) {
                continue
            }
            let own = file.imports.filter { isProjectModule($0) && !modules.contains($0) }
            let connectors = folder.hasPrefix("Connectors") ? own.filter { $0.hasSuffix("Connector") } : []
            #expect(own.filter { !connectors.contains($0) } == [], "\(file.path)")
        }
    }

    @Test(arguments: [
        ("Hummingbird", ["Host/API", "Host/App"]), ("CLibPQ", ["Host/Postgres", "Connectors/PostgreSQL"]),
        ("CLibCurl", ["Host/Outbound", "Connectors/Email"]),
        ("CRE2", ["Host/Patterns"]), ("Yams", ["Host/Authoring/Declarative"]),
        ("CLibArchive", ["Host/Modules/Package"]),
        ("Crypto", ["Host/Security", "Host/Postgres", "Host/Storage"]),
        ("CryptoExtras", ["Host/Security"]), ("ConnectorSDK", ["Connectors", "ConnectorSDK/TestKit"]),
    ])
    func `a library is known to one room`(library: String, folders: [String]) throws {
        for top in ["Host", "Connectors", "ConnectorSDK"] {
            for file in try SourceTree.files(below: top) where file.imports.contains(library) {
                #expect(folders.contains { file.path.hasPrefix($0 + "/") }, "\(file.path) imports \(library)")
            }
        }
    }

    @Test func `nobody imports the whole of Foundation, and the pure modules none of it`() throws {
        let pure = [
            "ConnectorSDK/", "Connectors/", "Host/Core/", "Host/Patterns/", "Host/Schemas/", "Host/Expressions/",
            "Host/Engine/Decider/", "Host/Import/", "Host/Marketplace/",
        ]
        for top in ["Host", "Connectors", "ConnectorSDK"] {
            for file in try SourceTree.files(below: top) {
                #expect(!file.imports.contains("Foundation"), "\(file.path)")
                if pure.contains(where: file.path.hasPrefix) {
                    #expect(!file.imports.contains("FoundationEssentials"), "\(file.path)")
                }
            }
        }
    }

    @Test func `pure modules import nothing that does input or output`() throws {
        let pure = [
            "ConnectorSDK/JSON", "ConnectorSDK/Declarative", "Host/Core", "Host/Patterns", "Host/Schemas",
            "Host/Expressions",
            "Host/Engine/Decider", "Host/Import", "Host/Marketplace",
        ]
        for folder in pure {
            for file in try SourceTree.files(below: folder) {
                // The one door to the clock, the one to the kernel's random numbers, what links the mathematics that
                // whole numbers of doubles need, and the comparison of memory (memcmp), which reads nothing else.
                let doors = [
                    "Host/Core/SystemTime.swift", "Host/Core/SystemRandom.swift", "ConnectorSDK/JSON/JSON.swift",
                    "ConnectorSDK/JSON/String+Bytes.swift",
                ]
                #expect(!file.imports.contains("Glibc") || doors.contains(file.path), "\(file.path)")
            }
        }
    }

    @Test func `SQL stands in Storage and Postgres only`() throws {
        let words = ["\"SELECT ", "\"INSERT INTO ", "\"UPDATE ", "\"DELETE FROM "]
        for file in try SourceTree.files(below: "Host") {
            guard !file.path.hasPrefix("Host/Storage/"), !file.path.hasPrefix("Host/Postgres/") else { continue }
            for line in file.lines { #expect(!words.contains { line.contains($0) }, "\(file.path): \(line)") }
        }
    }

    private func isProjectModule(_ name: String) -> Bool {
        name.hasPrefix("Patchbay") || name.hasPrefix("CLib") || ["CPatchbay", "ConnectorSDK", "CRE2"].contains(name)
            || name.hasSuffix("Connector")
    }
}
