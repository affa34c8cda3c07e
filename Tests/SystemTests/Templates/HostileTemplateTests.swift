import HostFixture
import PatchbayJSON
import Testing

/// Templates that nobody should install, over HTTP: each is refused with its code and its place, and nobody ever sees it.
@Suite(.serialized, .timeLimit(.minutes(5))) struct HostileTemplateTests {
    /// A template with its wrong member, the code it is refused with, and where the problem is.
    private struct Hostile {
        var name: String
        var code: String
        var pointer: String
        var document: JSON

        init(_ name: String, _ code: String, _ pointer: String, _ members: JSONObject) {
            var document = ListedTemplate.document(name).object ?? [:]
            for member in members { document[member.name] = member.value }
            (self.name, self.code, self.pointer, self.document) = (name, code, pointer, .object(document))
        }
    }

    private static func workflow(_ nodes: [JSON], _ edges: [(String, String)]) -> JSON {
        [
            "name": "Hostile", "nodes": .array([["id": "start", "type": "manual"]] + nodes),
            "edges": .array(edges.map { ["source": .string($0), "target": .string($1)] }),
        ]
    }

    private static func calling(_ operation: JSON) -> JSON {
        let node: JSON = ["id": "a", "type": "action", "uses": operation, "input": ["url": "https://example.com/"]]
        return workflow([node], [("start", "a")])
    }

    private static func note(_ id: String, _ text: JSON = "x") -> JSON {
        ["id": .string(id), "type": "set", "config": ["values": ["text": text]]]
    }

    /// Loops in one another.
    private static func loops(_ depth: Int) -> JSON {
        let inner = (0..<depth).reduce(note("leaf")) { node, index in
            [
                "id": .string("loop\(index)"), "type": "loop", "config": ["items": "{{ [1] }}"],
                "body": ["nodes": [node], "edges": []],
            ]
        }
        return workflow([inner], [("start", "loop\(depth - 1)")])
    }

    private static let hostile = [
        Hostile(
            "false-version", "misfit-connector", "/required_connectors/0/version",
            [
                "required_connectors": [["id": "http", "version": "^2.0.0"]],
                "workflow": calling("http@1.0.0/request"),
            ]),
        Hostile("silent", "undeclared-connector", "/required_connectors", ["workflow": calling("http/request")]),
        Hostile(
            "boastful", "unused-connector", "/required_connectors/0/id",
            ["required_connectors": [["id": "http", "version": "^1.0.0"]]]),
        Hostile(
            "unheard-of", "unknown-connector", "/workflow/nodes/1/uses",
            ["required_connectors": [["id": "nobody", "version": "^1.0.0"]], "workflow": calling("nobody/run")]),
        Hostile(
            "talkative", "secret-value", "/workflow/nodes/1/config/values/text",
            ["workflow": workflow([note("a", "ghp_0123456789abcdefghijABCDEFGHIJ012345")], [("start", "a")])]),
        Hostile(
            "endless", "cycle", "/workflow/nodes/1",
            ["workflow": workflow([note("a"), note("b")], [("start", "a"), ("a", "b"), ("b", "a")])]),
        Hostile(
            "crowded", "too-large", "/workflow",
            ["workflow": workflow((0..<10_000).map { note("n\($0)") }, [("start", "n0")])]),
        Hostile("deep", "too-large", "/workflow/nodes/1/body", ["workflow": loops(20)]),
        Hostile("scripted", "script-in-readme", "/readme", ["readme": "# Hello\n\n<script>alert(1)</script>"]),
        Hostile("linked", "script-in-readme", "/readme", ["readme": "[look](javascript:alert(1))"]),
        Hostile("wordy", "too-large", "/readme", ["readme": .string(String(repeating: "x", count: 80 << 10))]),
    ]

    private static func tells(_ problems: JSON?, _ hostile: Hostile) -> Bool {
        (problems?.array ?? []).contains { problem in
            problem["code"]?.string == hostile.code && problem["message"]?.string?.isEmpty == false
                && problem["pointer"]?.string?.hasPrefix(hostile.pointer) == true
        }
    }

    @Test func `each is refused with code and place, and is not on the list`() async throws {
        let installation = try await Installation(["http"])
        let host = try await installation.serve()
        for hostile in Self.hostile {
            var refused = try await host.send("POST", "/api/v1/templates", hostile.document)
            if refused.status == 201 {
                // Only its own tenant sees a draft; what is wrong with it is told at once, and it goes no further.
                #expect(Self.tells(refused.body["problems"], hostile), "\(hostile.name): \(refused.text.prefix(2_000))")
                let id = refused.body["template_id"]?.string ?? ""
                refused = try await host.send("POST", "/api/v1/templates/\(id)/publish", [:])
                #expect(try await host.send("POST", "/api/v1/submissions/\(id)/1.0.0/approve", [:]).status == 404)
            }
            let error = refused.body["error"]
            #expect(refused.status == 400 && error?["code"] == "VALIDATION_ERROR", "\(hostile.name)")
            #expect(
                Self.tells(error?["details"]?["problems"], hostile), "\(hostile.name): \(refused.text.prefix(2_000))")
            let installed = try await host.send(
                "POST", "/api/v1/installations", ["template_id": .string(hostile.name)])
            #expect(installed.status == 404)
        }
        for list in ["templates", "submissions", "installations", "workflows"] {
            #expect(try await host.send("GET", "/api/v1/\(list)").body["items"] == [], "\(list)")
        }
        #expect(await host.stop() == 0)
    }

    @Test func `what is no document, too deep or too long is not even read, and a bomb of aliases does not go off`()
        async throws
    {
        let installation = try await Installation([])
        let host = try await installation.serve()
        let path = "/api/v1/templates"
        let deep = try await host.upload(
            path, Array(("{\"name\": " + String(repeating: "[", count: 100_000)).utf8), type: "application/json")
        #expect(deep.status == 400 && deep.body["error"]?["code"] == "INVALID_JSON", "\(deep.text)")
        let long = ListedTemplate.document("long").object ?? [:]
        var readMe = long
        readMe["readme"] = .string(String(repeating: "x", count: 1_200_000))
        let tooLong = try await host.send("POST", path, .object(readMe))
        #expect(tooLong.status == 413 && tooLong.body["error"]?["code"] == "BODY_TOO_LARGE", "\(tooLong.text)")

        // A thousand million values in 500 bytes.
        let levels = (1...9).map { level in
            "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]"
        }
        let bomb = (["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"] + levels).joined(separator: "\n") + "\n"
        let sent = try await host.upload(path, Array(bomb.utf8), type: "application/yaml")
        #expect(sent.status == 415 && sent.body["error"]?["code"] == "UNSUPPORTED_MEDIA_TYPE", "\(sent.text)")
        let checked = try await installation.command(
            ["template", "check", try installation.write(bomb, to: "bomb.yaml")])
        #expect(checked.status != 0 && checked.errors.contains("unfolds to more than"), "\(checked.errors)")
        #expect(try await host.send("GET", "/api/v1/templates/own").body["items"] == [])
        #expect(await host.stop() == 0)
    }
}
