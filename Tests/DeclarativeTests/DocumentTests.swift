import DeclarativeFormat
import PatchbayJSON
import Testing

@Suite struct DocumentTests {
    private let get: JSON = ["request": ["path": "/orders"]]

    @Test func `the least document has everything a manifest needs`() throws {
        let manifest = try Sample(get).read().manifest(runtime: "swift-shared")
        #expect(manifest["permissions"]?["hosts"] == ["api.acme.example"])
        #expect(manifest["permissions"]?["credentials"]?[0]?["kinds"] == [["kind": "bearer"]])
        let operation = manifest["operations"]?[0]
        #expect(operation?["effect"] == "read" && operation?["idempotent"] == true)
        #expect(operation?["credential"] == "account" && operation?["title"] == "Act")
        #expect(operation?["input"] == ["type": "object", "properties": [:], "additionalProperties": false])
    }

    @Test func `short schemas become JSON Schemas`() throws {
        let input: JSON = [
            "id": "string", "note": "string?", "tags": "string[]?", "limit": ["type": "integer", "default": 20],
            "kind": ["enum": ["a", "b"], "required": false],
        ]
        let schema = try Sample(["input": input, "request": ["path": "/"]]).read().actions[0].input
        #expect(schema["required"] == ["id"])
        #expect(schema["properties"]?["tags"] == ["type": "array", "items": ["type": "string"]])
        #expect(schema["properties"]?["limit"] == ["default": 20, "type": "integer"])
        #expect(schema["properties"]?["kind"] == ["enum": ["a", "b"]])
    }

    @Test func `members named type and properties are told from schemas`() throws {
        let schema: JSON = ["type": ["object", "null"], "properties": ["type": true]]
        #expect(try Sample(["output": schema, "request": ["path": "/"]]).read().actions[0].output == schema)
        let short: JSON = ["properties": ["type": "object"], "id": "string"]
        let input = try Sample(["input": short, "request": ["path": "/"]]).read().actions[0].input
        #expect(input["properties"]?.object?.names == ["properties", "id"])
    }

    private static let bases: [(String, JSON)] = [
        ("https://{{ settings.shop }}.acme.example/v1", ["*.acme.example"]),
        ("{{ settings.shop }}/api", [["setting": "shop"]]),
        ("https://a.example:8443/{{ settings.shop }}", ["a.example:8443"]),
        ("http://a.example", ["a.example:80"]),
    ]

    @Test(arguments: bases)
    func `hosts follow from the base URL`(base: String, hosts: JSON) throws {
        let sample = Sample(get, ["base_url": .string(base), "settings": ["shop": "string"]])
        #expect(try sample.read().manifest(runtime: "none")["permissions"]?["hosts"] == hosts)
    }

    /// JSON texts: literals of this size keep the compiler busy for minutes.
    private static let actions: [(String, String)] = [
        (#"{"request": {"path": "orders"}}"#, "/actions/act/request/path"),
        (#"{"request": {"path": "/a?b=c"}}"#, "/actions/act/request/path"),
        (#"{"request": {"path": "/{{ input.id }}"}}"#, "names `input.id`"),
        (#"{"request": {"path": "/{{ body.id }}"}}"#, "names `body`"),
        (#"{"request": {"path": "/{{ input.id"}}"#, "/actions/act/request/path"),
        (#"{"request": {"path": "/", "json": {}}}"#, "/actions/act/request/json"),
        (#"{"request": {"method": "POST", "json": {}, "text": "x"}}"#, "json and text"),
        (#"{"request": {"method": "FETCH"}}"#, "`FETCH`"),
        (#"{"request": {"headers": {"Authorization": "Bearer abc"}}}"#, "a secret in the open"),
        (#"{"request": {"path": "/"}, "auth": "other"}"#, "/actions/act/auth"),
        (#"{"request": {"path": "/"}, "effects": "read"}"#, "/actions/act/effects is not known here"),
        (#"{"request": {"path": "/"}, "response": {"success": [42]}}"#, "/actions/act/response/success/0"),
        (#"{"request": {"path": "/"}, "response": {"output": {"$each": "{{ body }}"}}}"#, "is no loop"),
        (#"{"request": {"path": "/"}, "errors": [{"code": "not_found"}]}"#, "/actions/act/errors/0/when"),
        (#"{"request": {"path": "/"}, "errors": [{"when": {"status": 404}, "code": "lost"}]}"#, "/errors/0/code"),
        (#"{"request": {"path": "/"}, "pagination": {"kind": "cursor"}}"#, "/actions/act/pagination/cursor"),
        (#"{"request": {"path": "/"}, "pagination": {"kind": "page", "size": 5}}"#, "only one of"),
        (#"{"request": {"path": "/"}, "pagination": {"kind": "page", "max_pages": 0}}"#, "max_pages"),
        (#"{"input": {"id": "text"}, "request": {"path": "/"}}"#, "/actions/act/input/id"),
        (#"{"request": 3}"#, "/actions/act/request"), (#"3"#, "/actions/act"),
    ]

    @Test(arguments: actions)
    func `what is wrong with an action is told by its place`(action: String, expected: String) throws {
        let problems = Sample(try JSON(parsing: action)).problems
        #expect(problems.contains { $0.contains(expected) }, "\(problems)")
    }

    private static let wholes: [(String, String)] = [
        (#"{"declarative": 2}"#, "/declarative"), (#"{"id": "Acme"}"#, "/id"), (#"{"version": 1.0}"#, "/version"),
        (#"{"base_url": "ftp://x"}"#, "/base_url"), (#"{"base_url": "{{ settings.no }}"}"#, "names `settings.no`"),
        (#"{"auth": {"account": "token"}}"#, "/auth/account"), (#"{"colour": 1}"#, "/colour is not known here"),
        (#"{"actions": {}}"#, "/actions"),
        (#"{"base_url": "https://{{ settings.a }}", "settings": {"a": "string"}}"#, "/hosts"),
    ]

    @Test(arguments: wholes)
    func `what is wrong with the whole is told by its place`(more: String, expected: String) throws {
        let problems = Sample(get, try #require(try JSON(parsing: more).object)).problems
        #expect(problems.contains { $0.contains(expected) }, "\(problems)")
    }

    @Test func `any JSON is read without harm`() {
        for json: JSON in [nil, 1, "x", [], [:], ["actions": ["a": nil, "b": [], "c": ["request": []]]]] {
            #expect(!ConnectorDocument.read(json).problems.isEmpty)
        }
    }
}
