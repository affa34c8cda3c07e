import PatchbayJSON
import Testing

/// Names whose answers change, from a server of DNS that the client really asks.
@Suite(.timeLimit(.minutes(5)), .enabled(if: ClosedNetworkRun.isPossible)) struct RebindingTests {
    private static let fresh: JSON = ["url": "http://rebind.example/", "fresh": true]

    @Test(arguments: [
        "10.0.0.1", "127.0.0.1", "169.254.169.254", "0.0.0.0", "::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
        "fd00:ec2::254",
        "2002:7f00:1::1", "fe80::1",
    ])
    func `a name that was public and is private then is not followed there`(hidden: String) throws {
        let report = try ClosedNetworkRun.report(
            zone: ["rebind.example": [["93.184.216.34"], [.string(hidden)]]], [Self.fresh, Self.fresh, Self.fresh])
        #expect(report.outcomes[0]["reached"] == "::ffff:93.184.216.34")
        for outcome in report.outcomes.dropFirst() {
            #expect(outcome["error"] == "egress-denied", "\(outcome.text)")
            #expect(outcome["effect"] == false)
        }
        #expect(report.reached == ["::ffff:93.184.216.34"])
        #expect(report.questions.contains { $0.hasPrefix("rebind.example") })
    }

    @Test func `a client that remembers the name goes to the address that it has looked at`() throws {
        let step: JSON = ["url": "http://rebind.example/"]
        let report = try ClosedNetworkRun.report(
            zone: ["rebind.example": [["93.184.216.34"], ["10.0.0.1"]]], [step, step, step])
        #expect(report.reached == ["::ffff:93.184.216.34", "::ffff:93.184.216.34", "::ffff:93.184.216.34"])
    }

    @Test func `of many addresses the private ones are passed over`() throws {
        let mixed: JSON = [
            "10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "fd00::1", "93.184.216.34", "192.168.0.1",
        ]
        let report = try ClosedNetworkRun.report(
            zone: ["many.example": [mixed]], width: 20,
            (0..<20).map { _ in ["url": "http://many.example/", "fresh": true] })
        #expect(Set(report.reached) == ["::ffff:93.184.216.34"])
        #expect(report.outcomes.allSatisfy { $0["status"] == 200 })
    }

    @Test func `a chain of names counts by where it ends`() throws {
        let zone: JSON = [
            "a.example": [["cname b.example"]], "b.example": [["cname c.example"]],
            "c.example": [["93.184.216.34"], ["cname inside.example"]], "inside.example": [["192.168.1.1"]],
        ]
        let step: JSON = ["url": "http://a.example/", "fresh": true]
        let report = try ClosedNetworkRun.report(zone: zone, [step, step])
        #expect(report.outcomes[0]["status"] == 200)
        #expect(report.outcomes[1]["error"] == "egress-denied")
        #expect(report.reached == ["::ffff:93.184.216.34"])
    }

    @Test func `a redirect to a name that has moved inside goes nowhere`() throws {
        let zone: JSON = ["out.example": [["93.184.216.34"]], "in.example": [["10.0.0.1"]]]
        let report = try ClosedNetworkRun.report(
            zone: zone,
            [
                ["url": "http://out.example/to/http://in.example/"], ["url": "http://out.example/to/http://0x7f.1/"],
                ["url": "http://out.example/to/http://[::ffff:a00:1]/"],
                ["url": "http://out.example/to/http://127.0.0.1./"],
                ["url": "http://out.example/to/http://127.1./"], ["url": "http://out.example/to/http://a@10.0.0.1/"],
                ["url": "http://out.example/to/file:///etc/passwd"],
                ["url": "http://out.example/to/gopher://10.0.0.1/"],
                ["url": "http://out.example/to///10.0.0.1/"], ["url": "http://out.example/to/http://1.1.1.1/"],
            ])
        for outcome in report.outcomes.dropLast() {
            #expect(["egress-denied", "protocol-error"].contains(outcome["error"]?.string ?? ""), "\(outcome.text)")
            #expect(outcome["effect"] == true)
        }
        #expect(report.outcomes.last?["reached"] == "::ffff:1.1.1.1")
        #expect(Set(report.reached) == ["::ffff:93.184.216.34", "::ffff:1.1.1.1"])
    }

    @Test func `what connects by itself is given the addresses that were looked at, and asks no name server`() throws {
        let step: JSON = ["host": "rebind.example"]
        let report = try ClosedNetworkRun.report(
            zone: ["rebind.example": [["93.184.216.34", "10.0.0.1"], ["10.0.0.1"]]], [step, step])
        #expect(report.outcomes[0]["addresses"] == ["93.184.216.34"])
        #expect(report.outcomes[1]["error"] == "egress-denied")
    }

    @Test func `a tenant reaches the networks and hosts that the operator opens to it, also on kept connections`()
        throws
    {
        let url: JSON = "http://10.0.0.1/keep"
        let report = try ClosedNetworkRun.report(
            zone: ["db.example": [["10.0.0.1"]]], networks: "10.0.0.0/8",
            [
                ["url": url], ["url": url, "networks": ["10.1.0.0/16"]], ["url": url, "networks": ["10.0.0.0/24"]],
                ["url": "http://db.example/keep"], ["url": "http://db.example/keep", "networks": []],
                ["url": "http://db.example/", "hosts": ["*.example.com"]],
                ["url": "http://db.example/", "hosts": ["*.example"]],
                ["url": "http://93.184.216.34/", "networks": []],
                ["host": "db.example", "networks": []], ["host": "db.example", "hosts": ["db.example:5432"]],
                ["host": "db.example", "hosts": ["db.example"]],
            ])
        let codes = report.outcomes.map { $0["error"]?.string ?? "" }
        let denied = "egress-denied"
        #expect(
            codes == ["", denied, "", "", denied, denied, "", "", denied, denied, ""], "\(report.outcomes.map(\.text))")
        #expect(report.outcomes[4]["message"]?.string?.contains("not opened to this tenant") == true)
        #expect(report.outcomes[5]["message"]?.string?.contains("*.example.com") == true)
    }
}
