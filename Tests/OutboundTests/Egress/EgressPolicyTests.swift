import PatchbayOutbound
import Testing

@Suite struct EgressPolicyTests {
    @Test(arguments: [
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255",
        "192.168.1.1", "169.254.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16",
        "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1",
        "::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "100::1", "2001::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1", "2002:7f00:1::1", "2002:a00:1::",
    ])
    func `a reserved address is refused`(address: String) throws {
        #expect(EgressPolicy().refusal(of: try #require(IPAddress(address))) != nil)
    }

    @Test(arguments: [
        "8.8.8.8", "1.1.1.1", "172.32.0.1", "100.63.255.255", "100.128.0.1", "169.253.0.1", "223.255.255.255",
        "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
    ])
    func `a public address may be reached`(address: String) throws {
        #expect(EgressPolicy().refusal(of: try #require(IPAddress(address))) == nil)
    }

    @Test(arguments: [
        ("127.0.0.0/8", "127.0.0.1", true), ("127.0.0.0/8", "::ffff:127.0.0.1", true), ("127.0.0.0/8", "::1", false),
        ("10.0.0.0/8,::1/128", "::1", true), ("10.0.0.0/8, ::1/128", "10.1.1.1", true), ("", "127.0.0.1", false),
        ("10.0.0.0/8", "169.254.169.254", false), ("64:ff9b::/96", "64:ff9b::10.0.0.1", true),
    ])
    func `the operator's networks are open`(setting: String, address: String, isOpen: Bool) throws {
        let policy = try EgressPolicy(parsing: setting)
        #expect((policy.refusal(of: try #require(IPAddress(address))) == nil) == isOpen)
    }

    @Test func `a refusal names the address, the reason and the setting`() throws {
        let refusal = try #require(EgressPolicy().refusal(of: IPAddress("::ffff:169.254.169.254")!))
        #expect(
            refusal.description
                == "::ffff:169.254.169.254 is a cloud's metadata service; connecting there is refused unless "
                + "PATCHBAY_ALLOW_NETWORKS holds a network with it, such as 169.254.169.254/32")
    }

    @Test(arguments: [
        ("10.0.0.1/8", "10.0.0.1/8"), ("::1/128,localhost", "localhost"), ("10.0.0.0/8;::1", "10.0.0.0/8;::1"),
    ])
    func `a setting that cannot be read names the part`(setting: String, item: String) {
        #expect(throws: EgressSettingError(item: item)) { try EgressPolicy(parsing: setting) }
    }
}
