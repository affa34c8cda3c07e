import Glibc
import PatchbayOutbound
import Testing

/// Against `openssl s_server`, with a certificate made for the test.
@Suite(.timeLimit(.minutes(5)), .enabled(if: TLSServer.isPossible, "the openssl command is not installed"))
struct TrustTests {
    @Test func `a certificate that nobody vouches for is refused, and nothing is sent`() async throws {
        let server = try TLSServer(name: "localhost")
        let error = try await loopbackClient().failure(of: .to("https://localhost:\(server.port)/"))
        #expect(error?.code == .tlsFailed)
        #expect(error?.mayHaveHadEffect == false)
    }

    @Test(arguments: [true, false]) func `an authority that the operator names is trusted`(asExtra: Bool) async throws {
        let server = try TLSServer(name: "localhost")
        let route =
            asExtra
            ? OutboundRoute(extraAuthorities: server.certificate) : OutboundRoute(authorities: server.certificate)
        let client = try OutboundClient(policy: EgressPolicy(parsing: "127.0.0.0/8,::1/128"), route: route)
        #expect(try await client.send(.to("https://localhost:\(server.port)/")).status == 200)
    }

    @Test func `a certificate of another name is refused`() async throws {
        let server = try TLSServer(name: "other.example")
        let client = try OutboundClient(
            policy: EgressPolicy(parsing: "127.0.0.0/8,::1/128"),
            route: OutboundRoute(authorities: server.certificate))
        #expect(try await client.failure(of: .to("https://localhost:\(server.port)/"))?.code == .tlsFailed)
    }

    @Test func `plain HTTP where TLS is expected is refused`() async throws {
        let server = LoopbackServer { _ in .text("") }
        #expect(try await loopbackClient().failure(of: .to("https://127.0.0.1:\(server.port)/"))?.code == .tlsFailed)
    }

    @Test func `a file of authorities that cannot be used is named`() throws {
        for route in [OutboundRoute(authorities: "/no/such.pem"), OutboundRoute(extraAuthorities: "/etc/hostname")] {
            let error = #expect(throws: OutboundError.self) { try OutboundClient(policy: EgressPolicy(), route: route) }
            #expect(error?.message.contains(route.authorities ?? route.extraAuthorities!) == true)
        }
    }

    @Test func `the usual variables choose the authorities`() {
        let route = OutboundRoute(environment: [
            "SSL_CERT_FILE": "/a", "CURL_CA_BUNDLE": "", "PATCHBAY_EXTRA_CA_FILE": "/b", "PATCHBAY_PROXY": "http://p:1",
            "http_proxy": "http://q:1",
        ])
        #expect(route.authorities == "/a")
        #expect(route.extraAuthorities == "/b")
        #expect(route.proxy == "http://p:1")
        #expect(OutboundRoute(environment: ["SSL_CERT_FILE": "/a", "CURL_CA_BUNDLE": "/c"]).authorities == "/c")
    }
}
