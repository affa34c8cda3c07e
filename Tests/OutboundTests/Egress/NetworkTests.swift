import PatchbayOutbound
import Testing

@Suite struct NetworkTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.1.2", true), ("10.0.0.0/8", "11.0.0.0", false), ("10.0.0.0/8", "::1", false),
        ("192.168.4.0/22", "192.168.7.255", true), ("192.168.4.0/22", "192.168.8.0", false),
        ("127.0.0.1", "127.0.0.1", true), ("127.0.0.1", "127.0.0.2", false), ("0.0.0.0/0", "8.8.8.8", true),
        ("::1/128", "::1", true), ("fc00::/7", "fdff::1", true), ("fc00::/7", "fe00::1", false),
        ("::/0", "2001::1", true),
    ])
    func `a network holds the addresses under its prefix`(network: String, address: String, holds: Bool) throws {
        let network = try #require(Network(network))
        #expect(network.contains(try #require(IPAddress(address))) == holds)
    }

    @Test(arguments: [
        "", "10.0.0.0/", "10.0.0.0/33", "10.0.0.1/8", "::1/129", "::1/64", "10.0.0/8", "a/8", "10.0.0.0/8/8",
        "10.0.0.0/-1", "10.0.0.0/+8", "[::1]",
    ])
    func `what is no network is refused`(text: String) {
        #expect(Network(text) == nil)
    }
}
