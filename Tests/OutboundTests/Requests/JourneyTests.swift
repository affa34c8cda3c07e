import PatchbayCore
import Testing

@testable import PatchbayOutbound

@Suite struct JourneyTests {
    let rules = RequestRules(policy: EgressPolicy(), limits: OutboundLimits())

    func journey(
        _ url: String = "https://a.example/x", method: String = "GET", headers: [HTTPField] = [], body: [UInt8] = [],
        allowed: [HostPattern] = everywhere, attachment: SecretAttachment? = nil, at hosts: [HostPattern] = []
    ) throws -> Journey {
        let request = OutboundRequest(
            method: method, url: url, headers: headers, body: body, maxRedirects: 3, allowedHosts: allowed,
            attachment: attachment, attachmentHosts: hosts)
        return try Journey(request, rules: rules)
    }

    @Test(arguments: [
        (301, "POST", "GET"), (302, "POST", "GET"), (303, "POST", "GET"), (307, "POST", "POST"), (308, "POST", "POST"),
        (301, "PUT", "PUT"), (302, "PATCH", "PATCH"), (303, "PUT", "GET"), (303, "HEAD", "HEAD"),
        (303, "DELETE", "GET"),
    ])
    func `a redirect keeps or changes the method as its status says`(status: Int, method: String, next: String) throws {
        let body: [UInt8] = method == "HEAD" ? [] : [1, 2]
        var journey = try journey(
            method: method, headers: [HTTPField(name: "Content-Type", value: "a/b"), HTTPField(name: "X", value: "y")],
            body: body)
        try journey.follow(status, to: "/y")
        #expect(journey.method == next)
        let isKept = next == method
        #expect(journey.body == (isKept ? body : []))
        #expect(journey.headers.map(\.name) == (isKept ? ["Content-Type", "X"] : ["X"]))
    }

    @Test(arguments: [
        ("/y", true), ("https://a.example:443/y", true), ("https://A.example/", true), ("https://b.example/", false),
        ("http://a.example/", false), ("https://a.example:444/", false), ("//b.example/", false),
    ])
    func `authorization and cookies stay with their origin`(location: String, stays: Bool) throws {
        var journey = try journey(headers: [
            HTTPField(name: "authorization", value: "Bearer x"), HTTPField(name: "Cookie", value: "a=b"),
            HTTPField(name: "Accept", value: "*/*"),
        ])
        try journey.follow(302, to: location)
        #expect(journey.headers.count == (stays ? 3 : 1))
    }

    @Test func `dropped headers do not come back at home`() throws {
        var journey = try journey(headers: [HTTPField(name: "Authorization", value: "Bearer x")])
        try journey.follow(302, to: "https://b.example/")
        try journey.follow(302, to: "https://a.example/")
        #expect(journey.headers.isEmpty)
    }

    @Test func `an attached header goes only to its hosts and never from https to http`() throws {
        let attachment = SecretAttachment.header(name: "X-Key", value: Secret("k3y-value"))
        let hosts = [HostPattern("a.example")!]
        var journey = try journey(
            headers: [HTTPField(name: "x-key", value: "mine")], attachment: attachment, at: hosts)
        #expect(journey.wireHeaders == [HTTPField(name: "X-Key", value: "k3y-value")])
        try journey.follow(302, to: "https://b.example/")
        #expect(journey.wireHeaders == [HTTPField(name: "x-key", value: "mine")])
        try journey.follow(302, to: "http://a.example/")
        #expect(journey.wireHeaders == [HTTPField(name: "x-key", value: "mine")])
        try journey.follow(302, to: "https://a.example/")
        #expect(journey.wireHeaders == [HTTPField(name: "X-Key", value: "k3y-value")])
    }

    @Test func `an attached parameter replaces one of its name and is no part of the URL that people see`() throws {
        let attachment = SecretAttachment.query(name: "api key", value: Secret("s&e cret"))
        var journey = try journey(
            "https://a.example/x?api%20key=mine&q=1&api+key", attachment: attachment, at: [HostPattern("a.example")!])
        #expect(journey.wireURL == "https://a.example/x?q=1&api%20key=s%26e%20cret")
        #expect(journey.url.text == "https://a.example/x?q=1")
        try journey.follow(302, to: "/z")
        #expect(journey.wireURL == "https://a.example/z?api%20key=s%26e%20cret")
    }

    @Test func `a redirect that carries the attached parameter on loses it`() throws {
        let attachment = SecretAttachment.query(name: "key", value: Secret("se cret"))
        var journey = try journey(attachment: attachment, at: [HostPattern("a.example")!])
        try journey.follow(302, to: "/y/?key=se+cret&q=1")
        #expect(journey.wireURL == "https://a.example/y/?q=1&key=se%20cret")
        try journey.follow(302, to: "https://b.example/?q=2&key=se%20cret&key=other")
        #expect(journey.wireURL == "https://b.example/?q=2&key=other")
    }

    @Test func `a redirect to a host that is not declared is refused`() throws {
        var journey = try journey(allowed: [HostPattern("a.example")!])
        let error = #expect(throws: OutboundError.self) { try journey.follow(302, to: "https://b.example/?token=1") }
        #expect(error?.code == .hostNotDeclared)
        #expect(error?.mayHaveHadEffect == true)
        #expect(error?.message == "a redirect leads to b.example:443, which is not declared. Declared: a.example")
    }

    @Test(arguments: ["http://127.0.0.1/", "http://169.254.169.254/latest", "http://[::ffff:10.0.0.1]/"])
    func `a redirect to a reserved address is refused`(location: String) throws {
        var journey = try journey()
        #expect(throws: OutboundError.self) { try journey.follow(302, to: location) }
    }

    @Test(arguments: ["ftp://a/", "http://u:p@a/", "http://", "http://a:99999/"])
    func `a redirect to what is no URL is the server's fault`(location: String) throws {
        var journey = try journey()
        let error = #expect(throws: OutboundError.self) { try journey.follow(302, to: location) }
        #expect(error?.code == .protocolError)
    }

    @Test func `redirects have a limit`() throws {
        var journey = try journey()
        for _ in 0..<3 { try journey.follow(302, to: "/y") }
        let error = #expect(throws: OutboundError.self) { try journey.follow(302, to: "/y") }
        #expect(error?.code == .tooManyRedirects)
    }

    @Test(arguments: [200, 201, 300, 304, 305, 306, 400]) func `other statuses are answers`(status: Int) throws {
        #expect(try journey().follows(status) == false)
    }
}
