import PatchbayCore
import Testing

@testable import PatchbayModules

/// Hosts that follow the catalogue by themselves.
@Suite(.timeLimit(.minutes(5))) struct FollowingTests {
    private let catalogue = MemoryCatalogue()
    private let log = KeptLog()

    private func pin(_ version: String) -> ConnectorPin { ConnectorPin("fixture@\(version)")! }

    /// Does something beside hosts that follow, and ends them.
    private func following(
        _ hosts: [FollowingHost], found: @escaping @Sendable (String) async -> Void = { _ in },
        _ body: () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup { group in
            for host in hosts { group.addTask { await host.follower.run(found: found) } }
            try await body()
            group.cancelAll()
        }
    }

    private func isLoaded(_ version: String, at host: String) -> @Sendable (MemoryCatalogue) -> Bool {
        { $0.report(of: host).contains { $0.version == version && $0.state == .loaded } }
    }

    @Test func `a package that is dropped into one host's folder comes to every host`() async throws {
        let (one, two) = (try await FollowingHost("one", catalogue), try await FollowingHost("two", catalogue))
        let dropped = one.dropped(log)
        let path = one.bench.plugins + "/fixture.pbc"
        try FileSystem.createFolder(one.bench.plugins)
        let (seen, sight) = AsyncStream.makeStream(of: String.self)
        try await following(
            [one, two],
            found: { path in
                await dropped.install(path)
                sight.yield(path)
            }
        ) {
            try FileSystem.write(try await fixturePackage("1.0.0").bytes, to: path, mode: 0o644)
            var paths = seen.makeAsyncIterator()
            #expect(await paths.next() == path)
            await catalogue.wait(until: isLoaded("1.0.0", at: "two"))
            #expect(one.state("1.0.0") == .loaded)
            #expect(FileSystem.exists(path + ".installed"))
            #expect(!FileSystem.exists(path))
            #expect(log.lines.contains { $0.contains("Installed a connector") && $0.contains("fixture@1.0.0") })
        }
    }

    @Test func `a package that is refused stays where it is, and the log says why`() async throws {
        let host = try await FollowingHost("one", catalogue)
        let dropped = host.dropped(log)
        let path = host.bench.plugins + "/other.pbc"
        try FileSystem.createFolder(host.bench.plugins)
        try FileSystem.write(Array("not a package".utf8), to: path, mode: 0o644)
        // It lies there when the host starts.
        let (seen, sight) = AsyncStream.makeStream(of: String.self)
        try await following(
            [host],
            found: { path in
                await dropped.install(path)
                sight.yield(path)
            }
        ) {
            var paths = seen.makeAsyncIterator()
            #expect(await paths.next() == path)
        }
        await dropped.install(host.bench.plugins + "/missing.pbc")
        #expect(FileSystem.exists(path))
        #expect(log.lines.count { $0.contains("A package cannot be installed") } == 2, "\(log.lines)")
        #expect(try await catalogue.installations().isEmpty)
    }

    @Test func `a folder that is dropped is opened and told of`() async throws {
        let host = try await FollowingHost("one", catalogue)
        try await following([host]) {
            await host.follower.catchUp()
            try host.bench.install(CConnector(manifest: FixtureManifest.declared(version: "3.0.0")))
            await catalogue.wait(until: isLoaded("3.0.0", at: "one"))
            #expect(host.offered() == ["3.0.0"])
        }
    }

    @Test func `who waits for a host that ends goes on, and nobody counts on it`() async throws {
        let host = try await FollowingHost("one", catalogue)
        try await following([host]) {
            await host.follower.catchUp()
            _ = try await host.installer.install(
                try await fixturePackage("1.0.0").bytes, mayConnect: false, by: "ann")
            #expect(host.state("1.0.0") == .loaded)
        }
        #expect(catalogue.report(of: "one").isEmpty)
        await host.follower.catchUp()
        #expect(catalogue.report(of: "one").map(\.state) == [.loaded])
    }

    @Test func `a host goes on with its folders while the database is away, and makes up for it`() async throws {
        let (one, two) = (
            try await FollowingHost("one", catalogue, log: log), try await FollowingHost("two", catalogue)
        )
        try await following([one]) {
            await one.follower.catchUp()
            catalogue.setAway(true)
            try one.bench.install(CConnector(manifest: FixtureManifest.declared(version: "3.0.0")))
            while one.state("3.0.0") == nil, !Task.isCancelled { await one.follower.catchUp() }
            #expect(log.lines.contains { $0.contains("could not be read") })
            catalogue.setAway(false)
            _ = try await two.installer.install(
                try await fixturePackage("1.0.0").bytes, mayConnect: false, by: "ann")
            await catalogue.wait(until: isLoaded("1.0.0", at: "one"))
            #expect(one.offered() == ["3.0.0", "1.0.0"])
        }
    }
}
