import ConnectorSDK
import DeclarativeFormat
import PatchbayJSON
import Testing

@Suite struct RequestTests {
    @Test func `a request has path, query, headers and a body that keeps types`() async throws {
        let sample = Sample([
            "input": ["id": "string", "count": "integer", "note": "string?", "tags": "string[]", "extra": "object?"],
            "request": [
                "method": "POST", "path": "/orders/{{ input.id }}/lines",
                "query": ["tag": "{{ input.tags }}", "note": "{{ input.note }}", "fixed": 1],
                "headers": ["Idempotency-Key": "{{ call.idempotency_key }}", "X-Note": "{{ input.note }}"],
                "json": [
                    "count": "{{ input.count }}", "note": "{{ input.note }}", "label": "n={{ input.count }}",
                    "lines": ["$each": "{{ input.tags }}", "$as": ["name": "{{ item }}"]], "on": true,
                ],
            ],
        ])
        let (output, host) = try await sample.call(
            ["id": "a/b", "count": 3, "tags": ["x y", "z"]], .json(201, ["id": 7]))
        #expect(output == ["id": 7])
        let request = try #require(host.requests.first)
        #expect(request.method == "POST")
        #expect(request.url == "https://api.acme.example/v2/orders/a%2Fb/lines?tag=x%20y&tag=z&fixed=1")
        #expect(request.headers.contains("Idempotency-Key: step-1\n") && !request.headers.contains("X-Note"))
        #expect(request.credential == "account")
        #expect(
            try JSON(parsing: request.body)
                == ["count": 3, "label": "n=3", "lines": [["name": "x y"], ["name": "z"]], "on": true])
    }

    @Test func `forms and texts are sent as such`() async throws {
        let form = Sample([
            "input": ["a": "string"], "request": ["method": "POST", "form": ["a": "{{ input.a }}", "b": 2]],
        ])
        let (_, host) = try await form.call(["a": "x&y"], .json(200, [:]))
        #expect(String(decoding: host.requests[0].body, as: UTF8.self) == "a=x%26y&b=2")
        let text = Sample(["input": ["a": "string"], "request": ["method": "PUT", "text": "hello {{ input.a }}"]])
        let (_, second) = try await text.call(["a": "you"], .json(200, [:]))
        #expect(String(decoding: second.requests[0].body, as: UTF8.self) == "hello you")
    }

    @Test func `an input that cannot stand where it is needed is told by its pointer, and nothing is sent`()
        async throws
    {
        let sample = Sample(["input": ["id": "any"], "request": ["path": "/{{ input.id }}"]])
        for bad: JSON in [["id": ""], ["id": ".."], ["id": [:]], [:]] {
            let host = CannedHost([])
            let error = await #expect(throws: ConnectorError.self) { try await sample.call(bad, on: host) }
            #expect(
                error?.code == .invalidInput && error?.pointer == "/id" && error?.effect == ConnectorError.Effect.none)
            #expect(host.requests.isEmpty)
        }
    }

    @Test func `the base URL comes from the settings`() async throws {
        let sample = Sample(
            ["request": ["path": "/x"]], ["base_url": "{{ settings.base }}", "settings": ["base": "string"]])
        let (_, host) = try await sample.call([:], settings: ["base": "https://own.example/api/"], .json(200, [:]))
        #expect(host.requests[0].url == "https://own.example/api/x")
        let error = await sample.failure([:], settings: ["base": "own.example"])
        #expect(error?.code == .config)
        #expect(await sample.failure([:])?.code == .config)
    }

    @Test func `an action may go without the credential`() throws {
        let document = try Sample(["auth": "none", "request": ["path": "/"]]).read()
        #expect(document.actions[0].slot == nil)
    }
}
