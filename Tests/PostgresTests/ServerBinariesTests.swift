import DatabaseFixture
import Glibc
import Testing

@testable import PatchbayPostgres

@Suite struct ServerBinariesTests {
    /// A folder that looks like Debian's with the given majors.
    private func withServers(_ majors: [String], _ body: (String) throws -> Void) throws {
        let folder = TemporaryFolder()
        defer { folder.remove() }
        for major in majors {
            mkdir("\(folder.path)/\(major)", 0o755)
            mkdir("\(folder.path)/\(major)/bin", 0o755)
            for program in ["postgres", "initdb"] {
                folder.write("", to: "\(major)/bin/\(program)")
                chmod("\(folder.path)/\(major)/bin/\(program)", 0o755)
            }
        }
        try body(folder.path)
    }

    @Test func `the newest server is taken, by number and not by name`() throws {
        try withServers(["9", "15", "17", "readme"]) { root in
            let found = try ServerBinaries.find(major: nil, under: root, searchPath: "")
            #expect(found == ServerBinaries(folder: root + "/17/bin", major: 17))
        }
    }

    @Test func `an existing cluster keeps its major version`() throws {
        try withServers(["15", "17"]) { root in
            let found = try ServerBinaries.find(major: 15, under: root, searchPath: "")
            #expect(found.folder == root + "/15/bin")
            let error = #expect(throws: PostgresError.self) {
                try ServerBinaries.find(major: 16, under: root, searchPath: "")
            }
            #expect(error?.context.contains("made by PostgreSQL 16, which is not installed (there is: 17, 15)") == true)
        }
    }

    @Test func `without Debian's folders the search path is used`() throws {
        try withServers(["15"]) { root in
            let found = try ServerBinaries.find(
                major: nil, under: "/nonexistent", searchPath: "/nowhere:\(root)/15/bin")
            #expect(found.folder == File.resolved(root + "/15/bin"))
        }
    }

    @Test func `no server at all says what to do`() {
        let error = #expect(throws: PostgresError.self) {
            try ServerBinaries.find(major: nil, under: "/nonexistent", searchPath: "")
        }
        #expect(error?.context.contains("apt-get install postgresql") == true)
    }
}
