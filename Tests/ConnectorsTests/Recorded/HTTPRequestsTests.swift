import PatchbayCore
import PatchbayJSON
import Testing

@Suite(.timeLimit(.minutes(5)))
struct HTTPRequestsTests {
    /// Answers with what was asked.
    @Sendable private static func echo(_ request: RecordingServer.Request) -> RecordingServer.Answer {
        .json(
            200, ["method": .string(request.method), "target": .string(request.target), "body": .string(request.text)],
            [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-Thing", "yes")])
    }

    private func caller(_ credential: Given.Credential? = nil) async throws -> Caller {
        try await ConnectorBench.shared.value.caller("http", credential: credential)
    }

    @Test(arguments: ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
    func `every method goes out as it is`(method: String) async throws {
        let server = RecordingServer(Self.echo)
        defer { server.stop() }
        let answer = try await caller().call(
            "request",
            [
                "method": .string(method), "url": .string(server.address + "/x?a=1"),
                "query": ["b": [2, "ü&="], "c": nil],
            ])
        #expect(answer["status"] == 200)
        #expect(answer["headers"]?["set-cookie"] == "a=1\nb=2")
        #expect(server.requests.map(\.method) == [method])
        #expect(server.requests.map(\.target) == ["/x?a=1&b=2&b=%C3%BC%26%3D"])
        if method != "HEAD" { #expect(answer["body"]?["method"] == .string(method)) }
    }

    @Test(
        arguments: [
            (["json": ["a": [1, 2.5, nil, "ü"]]], #"{"a":[1,2.5,null,"ü"]}"#, "application/json"),
            (
                ["form": ["a b": "c&d", "n": 1, "l": ["x", "y"]]], "a%20b=c%26d&n=1&l=x&l=y",
                "application/x-www-form-urlencoded"
            ),
            (["text": "grüß\n"], "grüß\n", "text/plain; charset=utf-8"),
            (["text": "<a/>", "content_type": "application/xml"], "<a/>", "application/xml"),
            (["body_base64": "AGFi"], "\u{0}ab", "application/octet-stream"),
            (["json": 1, "headers": ["content-type": "application/vnd.api+json"]], "1", "application/vnd.api+json"),
        ] as [(JSONObject, String, String)])
    func `a body goes out in its form`(members: JSONObject, body: String, type: String) async throws {
        let server = RecordingServer(Self.echo)
        defer { server.stop() }
        var input: JSONObject = [
            "method": "POST", "url": .string(server.address), "idempotency_header": "Idempotency-Key",
        ]
        for member in members { input[member.name] = member.value }
        _ = try await caller().call("request", .object(input))
        #expect(server.requests.first?.text == body)
        #expect(server.requests.first?.headers["content-type"] == type)
        #expect(server.requests.first?.headers["idempotency-key"] == Caller.idempotencyKey)
    }

    @Test(arguments: [
        ("bearer", "authorization", "Bearer t0ken-secret"), ("basic", "authorization", "Basic YWRhOnBhc3Mtc2VjcmV0"),
        ("key", "x-api-key", "key-secret"),
    ])
    func `a credential is attached by the host, and never shown`(kind: String, header: String, value: String)
        async throws
    {
        let server = RecordingServer { request in
            .json(200, ["seen": .string(request.headers[header] ?? "")])
        }
        defer { server.stop() }
        let hosts = ["127.0.0.1:\(server.port)"]
        let credential: Given.Credential =
            switch kind {
            case "bearer": .bearer("t0ken-secret", hosts: hosts)
            case "basic": .basic("ada", "pass-secret", hosts: hosts)
            default: .key("key-secret", hosts: hosts)
            }
        let answer = try await caller(credential).call("request", ["url": .string(server.address)])
        #expect(server.requests.first?.headers[header] == value)
        #expect(!answer.text.contains("secret\""))
    }

    @Test func `an API key goes where the credential's settings say`() async throws {
        let server = RecordingServer { request in
            .json(200, ["target": .string(request.target), "key": .string(request.headers["authorization"] ?? "")])
        }
        defer { server.stop() }
        let hosts = ["127.0.0.1:\(server.port)"]
        let input: JSON = ["url": .string(server.address + "/x?a=1")]
        let query: JSON = ["api_key_in": "query", "api_key_name": "key"]
        let inQuery = try await caller(.key("k3y-secret", hosts: hosts, settings: query)).call("request", input)
        #expect(server.requests.first?.target == "/x?a=1&key=k3y-secret")
        #expect(!inQuery.text.contains("k3y-secret"))
        let header: JSON = ["api_key_name": "Authorization", "api_key_prefix": "Token "]
        _ = try await caller(.key("k3y-secret", hosts: hosts, settings: header)).call("request", input)
        #expect(server.requests.last?.headers["authorization"] == "Token k3y-secret")
        for wrong: JSON in [["api_key_in": "cookie"], ["api_key_name": "a b"], ["api_key_prefix": "a\nb"]] {
            let http = try await caller(.key("k3y-secret", hosts: hosts, settings: wrong))
            let failure = await http.failure("request", input)
            #expect(failure?.code == .config)
            #expect(failure?.message.contains("api_key_in") == true)
        }
        #expect(server.requests.count == 2)
    }

    @Test func `a credential goes to no host but its own`() async throws {
        let server = RecordingServer(Self.echo)
        defer { server.stop() }
        let http = try await caller(.bearer("t0ken-secret", hosts: ["api.a.example"]))
        let failure = await http.failure("request", ["url": .string(server.address)])
        #expect(failure?.code == .config)
        #expect(failure?.effect == OperationFailure.Effect.none)
        #expect(server.requests.isEmpty)
    }

    @Test func `redirects are followed, or given as they are`() async throws {
        let server = RecordingServer { request in
            switch request.path {
            case "/old": .reply(302, [("Location", "/new")])
            case "/circle": .reply(302, [("Location", "/circle")])
            default: .json(200, ["at": .string(request.path)])
            }
        }
        defer { server.stop() }
        let http = try await caller()
        let followed = try await http.call("request", ["url": .string(server.address + "/old")])
        #expect(followed["body"] == ["at": "/new"])
        #expect(followed["url"] == .string(server.address + "/new"))
        let kept = try await http.call(
            "request", ["url": .string(server.address + "/old"), "follow_redirects": false])
        #expect(kept["status"] == 302)
        #expect(kept["headers"]?["location"] == "/new")
        let endless = await http.failure("request", ["url": .string(server.address + "/circle"), "max_redirects": 3])
        #expect(endless?.code == .upstream)
        #expect(endless?.vendorCode == "too-many-redirects")
    }

    @Test func `an answer comes as what it is`() async throws {
        let server = RecordingServer { request in
            switch request.path {
            case "/text": .reply(200, [("Content-Type", "text/plain")], Array("grüß".utf8))
            case "/bytes": .reply(200, [("Content-Type", "image/png")], [0x89, 0x50, 0x00])
            case "/none": .reply(204)
            case "/missing": .json(404, ["message": "no"])
            default: .json(200, [1])
            }
        }
        defer { server.stop() }
        let http = try await caller()
        func body(_ path: String, _ more: JSONObject = [:]) async throws -> JSON {
            var input: JSONObject = ["url": .string(server.address + path)]
            for member in more { input[member.name] = member.value }
            return try await http.call("request", .object(input))
        }
        #expect(try await body("/text")["body"] == "grüß")
        let bytes = try await body("/bytes")
        #expect(bytes["body"] == nil)
        #expect(bytes["body_base64"] == "iVAA")
        let nothing = try await body("/none")
        #expect(nothing["status"] == 204)
        #expect(nothing["body"] == nil)
        let missing = try await body("/missing", ["fail_on_error_status": false])
        #expect(missing["status"] == 404)
        #expect(missing["body"] == ["message": "no"])
        #expect(try await body("/json", ["response_format": "text"])["body"] == "[1]")
    }

    @Test func `pages are fetched by link, cursor and number`() async throws {
        let server = RecordingServer { request in
            switch (request.path, request.target.split(separator: "?").last ?? "") {
            case ("/link", "p=2"): .json(200, [3])
            case ("/link", _): .json(200, [1, 2], [("Link", "</link?p=2>; rel=\"next\"")])
            case ("/cursor", let query) where query.hasSuffix("after=c%2F2"): .json(200, ["d": [2], "next": nil])
            case ("/cursor", _): .json(200, ["d": [1], "next": "c/2"])
            case ("/page", let query): .json(200, query.hasSuffix("page=2") ? [3] : [1, 2])
            default: .reply(404)
            }
        }
        defer { server.stop() }
        let http = try await caller()
        func items(_ path: String, _ members: JSONObject) async throws -> JSON {
            var input: JSONObject = ["url": .string(server.address + path), "headers": ["X-Page": "yes"]]
            for member in members { input[member.name] = member.value }
            return try await http.call("paginate", .object(input))
        }
        #expect(
            try await items("/link", ["strategy": "link"]) == ["items": [1, 2, 3], "pages": 2, "has_more": false])
        #expect(
            try await items(
                "/cursor", ["strategy": "cursor", "items": "/d", "cursor": "/next", "cursor_parameter": "after"])
                == ["items": [1, 2], "pages": 2, "has_more": false])
        #expect(
            try await items("/page", ["strategy": "page", "page_size": 2, "page_size_parameter": "n"])
                == ["items": [1, 2, 3], "pages": 2, "has_more": false])
        #expect(
            try await items("/page", ["strategy": "page", "max_pages": 1])
                == ["items": [1, 2], "pages": 1, "has_more": true, "next": "2"])
        #expect(server.requests.allSatisfy { $0.headers["x-page"] == "yes" })
    }
}
