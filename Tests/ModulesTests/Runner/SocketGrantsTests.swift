import Testing

@testable import PatchbayModules

@Suite struct SocketGrantsTests {
    private func ports(_ grants: SocketGrants, _ declared: [UInt16] = [6379, 6380], isGranted: Bool = false) -> [UInt16]
    {
        let manifest = Manifest.read(HostileConnector.named("redis", ports: declared).manifest, as: .declared).manifest
        return manifest.map { grants.ports(of: $0, isGranted: isGranted) } ?? [0]
    }

    @Test func `a grant is of the declared ports and of those that the operator adds`() throws {
        #expect(ports([]) == [])
        #expect(ports(["postgresql"]) == [])
        #expect(ports(["redis"]) == [6379, 6380])
        #expect(ports([], isGranted: true) == [6379, 6380])
        let more = try #require(
            SocketGrants(parsing: ["redis:7001", "redis:6380", "redis", "email:2525", "redis:7000"]))
        #expect(ports(more) == [6379, 6380, 7000, 7001])
        #expect(ports(SocketGrants(["redis": Set(1...1_000)])).count == 256)
        #expect(ports(more, []) == [], "nothing is added to nothing")
    }

    @Test(arguments: ["", ":6379", "redis:", "redis:0", "redis:65536", "redis:6379:1", "redis:a"])
    func `what is no grant is refused`(word: String) {
        #expect(SocketGrants(parsing: ["email", word]) == nil)
    }
}
