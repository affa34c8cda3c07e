import DeclarativeFormat
import PatchbayAuthoring
import PatchbayJSON
import Testing

@Suite struct CurlLineTests {
    private func made(_ line: String) throws -> JSON {
        let made = try CurlDocument(line, name: "acme", title: "Acme")
        #expect(try DocumentChecks.read(made.document).actions.count == 1)
        return made.document
    }

    private func action(_ document: JSON) -> JSON { document["actions"]?.object?.first?.value ?? nil }

    @Test func `a JSON request becomes an action with inputs`() throws {
        let document = try made(
            """
            curl -sS -X POST 'https://api.acme.example/v2/orders/42/lines?expand=all' \\
              -H 'Authorization: Bearer sk-canary-123' -H "X-Trace: on" \\
              -H 'Content-Type: application/json' -d '{"name": "Ada", "count": 3, "tags": ["a"]}'
            """)
        #expect(!document.text.contains("canary"))
        #expect(document["base_url"] == "https://api.acme.example")
        #expect(document["auth"] == ["account": "bearer"])
        let action = action(document)
        #expect(action["request"]?["path"] == "/v2/orders/{{ input.order_id }}/lines")
        #expect(action["request"]?["query"] == ["expand": "{{ input.expand }}"])
        #expect(action["request"]?["json"]?["count"] == "{{ input.count }}")
        #expect(action["input"]?["count"] == ["type": "integer", "default": 3])
        #expect(action["request"]?["headers"] == ["X-Trace": "on"])
        #expect(action["request"]?["method"] == "POST")
    }

    @Test(arguments: [
        ("curl -u user:canary https://a.example/x", #"{"account": "basic"}"#),
        ("curl https://user:canary@a.example/x", #"{"account": "basic"}"#),
        ("curl -H 'X-Api-Key: canary' a.example/x", #"{"account": {"header": "X-Api-Key", "prefix": ""}}"#),
        (
            "curl -H 'Authorization: Bot canary' a.example",
            #"{"account": {"header": "Authorization", "prefix": "Bot "}}"#
        ),
        ("curl 'https://a.example/x?api_key=canary&q=1'", #"{"account": {"query": "api_key"}}"#),
        ("curl --oauth2-bearer canary https://a.example", #"{"account": "bearer"}"#),
    ])
    func `a secret becomes a slot and stands in no file`(line: String, auth: String) throws {
        let document = try made(line)
        #expect(document["auth"] == (try JSON(parsing: auth)))
        #expect(!document.text.contains("canary"))
    }

    @Test func `a password in a body is no default`() throws {
        let document = try made(#"curl https://a.example/login --json '{"user": "u", "password": "canary"}'"#)
        #expect(!document.text.contains("canary"))
        #expect(action(document)["input"]?["password"] != nil)
    }

    @Test func `forms and parameters are told apart`() throws {
        let form = action(try made("curl https://a.example/x -d a=1 -d b=x%20y --data-urlencode 'c=a&b'"))
        #expect(form["request"]?["form"]?.object?.names == ["a", "b", "c"])
        #expect(form["input"]?["c"]?["default"] == "a&b" && form["input"]?["b"]?["default"] == "x y")
        let get = action(try made("curl -G https://a.example/x -d q=1"))
        #expect(get["request"]?["method"] == "GET" && get["request"]?["query"] == ["q": "{{ input.q }}"])
        #expect(action(try made("curl -XDELETE https://a.example/x/1"))["request"]?["method"] == "DELETE")
        let text = action(try made("curl https://a.example/x -H 'Content-Type: text/csv' --data-raw 'a,b'"))
        #expect(text["request"]?["text"] == "{{ input.body }}")
        #expect(action(try made("curl -I a.example"))["request"]?["method"] == "HEAD")
    }

    @Test(arguments: [
        ("curl -F file=@x https://a.example", "multipart"), ("curl -d @file https://a.example", "reads a file"),
        ("curl", "no address"), ("curl https://a.example 'x", "not closed"), ("curl ftp://a.example", "no http"),
        ("curl -H", "lacks its value"), ("curl --frobnicate https://a.example", "--frobnicate"),
        ("curl https://a.example https://b.example", "two addresses"), ("curl -b a=b https://a.example", "cookies"),
        ("curl -u a:b -H 'X-Api-Key: c' https://a.example", "several secrets"), ("curl -X FETCH a.example", "FETCH"),
    ])
    func `what cannot be taken over is told`(line: String, reason: String) {
        let error = #expect(throws: AuthoringError.self) { try CurlDocument(line, name: "acme", title: "Acme") }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }
}
