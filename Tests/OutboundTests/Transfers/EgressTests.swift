import PatchbayOutbound
import Testing

@Suite(.timeLimit(.minutes(5))) struct EgressTests {
    @Test(arguments: ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]", "127.1", "app.localhost"])
    func `this machine is refused by default, however it is named`(host: String) async throws {
        let server = LoopbackServer { _ in .text("") }
        let client = try OutboundClient(policy: EgressPolicy())
        let error = try await client.failure(of: .to("http://\(host):\(server.port)/"))
        #expect(error?.code == .egressDenied)
        #expect(error?.mayHaveHadEffect == false)
        #expect(error?.message.contains("is a loopback address") == true)
        #expect(error?.message.contains("PATCHBAY_ALLOW_NETWORKS") == true)
        #expect(server.connections == 0)
    }

    @Test(arguments: [
        "169.254.169.254", "[fd00:ec2::254]", "10.1.2.3", "[fe80::1]", "0.0.0.0", "[::]", "[64:ff9b::a00:1]",
    ])
    func `reserved addresses are refused before anything is sent`(host: String) async throws {
        let client = try loopbackClient()
        let error = try await client.failure(of: .to("http://\(host)/latest/meta-data"))
        #expect(error?.code == .egressDenied)
        #expect(error?.mayHaveHadEffect == false)
    }

    @Test func `an allowed network opens that network only`() async throws {
        let server = LoopbackServer { _ in .text("") }
        let other = LoopbackServer(on: "127.0.0.2") { _ in .text("") }
        let client = try OutboundClient(policy: EgressPolicy(parsing: "127.0.0.1/32"))
        #expect(try await client.send(.to(server.origin)).status == 200)
        #expect(try await client.send(.to("http://localhost:\(server.port)/")).status == 200)
        #expect(try await client.failure(of: .to(other.origin))?.code == .egressDenied)
    }
}
