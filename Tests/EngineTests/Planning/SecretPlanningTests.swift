import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import Testing

private typealias Doc = FlowDocument

/// A credential can be named where a node says which one it uses, and stands nowhere else: not in what is sent, kept, shown or
/// compared.
struct SecretPlanningTests {
    private let credentials: [CredentialRecord] = [
        .fixture("team-slack", .bearer), .fixture("client", .oauth2), .fixture("login", .basic),
    ]

    private func problems(_ nodes: [JSON], _ edges: [String]) -> [Problem] {
        let document = Doc.graph([["id": "hook", "type": "manual"]] + nodes, edges).with("name", "flow")
        return Planner(catalogue: FixtureCatalogue()).plan(document, credentials: credentials).problems
    }

    @Test(arguments: [
        "{{ credentials['team-slack'] }}", "Bearer {{ credentials['team-slack'] }}",
        "{{ 'Bearer ' + credentials['team-slack'] }}", "{{ json(credentials['team-slack']) }}",
        "{{ string(credentials['team-slack']) }}", "{{ base64Encode(credentials['team-slack']) }}",
        "{{ hash(credentials['team-slack']) }}", "{{ {'a': [credentials['team-slack']]} }}",
        "{{ [1].map(i => credentials['team-slack']) }}", "{{ $credentials['team-slack'] }}",
        "{{ true ? credentials['team-slack'] : '' }}", "{{ credentials['team-slack'] == 'x' }}",
        "{{ credentials['team-slack'].token }}", "{{ size(credentials['team-slack']) > 3 }}",
        "{{ credentials['team-slack'].startsWith('xoxb') }}", "{{ type(credentials['team-slack']) }}",
    ])
    func `no value of a node holds one, whatever is made of it`(template: String) {
        let value = JSON.string(template)
        let nodes: [(JSON, String)] = [
            (Doc.set("x", value), "/nodes/1/config/values/v"),
            (Doc.set("x", ["deep": [value]]), "/nodes/1/config/values/v/deep/0"),
            (Doc.node("x", "transform", ["value": value]), "/nodes/1/config/value"),
            (Doc.node("x", "transform", ["jmespath": "@", "input": ["a": value]]), "/nodes/1/config/input/a"),
            (Doc.node("x", "stop", ["status": "failed", "message": value]), "/nodes/1/config/message"),
            (Doc.call("x", ["body": value]), "/nodes/1/input/body"),
        ]
        for (node, pointer) in nodes {
            let found = problems([node], ["hook > x"])
            #expect(found.map(\.code) == ["secret-in-expression"], "\(node.text) \(found)")
            #expect(found.map(\.pointer) == [pointer])
            #expect(found.first?.message.contains("credentials.team-slack is a secret") == true)
        }
    }

    @Test func `a condition and a switch compare none`() {
        let condition = Doc.node("x", "condition", ["if": "{{ credentials['team-slack'] != null }}"])
        #expect(problems([condition], ["hook > x"]).map(\.code) == ["secret-in-expression"])
    }

    @Test func `a query finds no credentials in what it searches`() throws {
        for query in ["credentials", "@", "*", "credentials.\"team-slack\"", "keys(@)"] {
            var rehearsal = try Rehearsal(
                [Doc.node("x", "transform", ["jmespath": .string(query), "input": "{{ trigger }}"])], ["hook > x"])
            rehearsal.proceed()
            let text = rehearsal.words.joined(separator: "\n")
            #expect(!text.contains("team-slack"), "\(query)")
        }
    }

    @Test func `the name is no template either, so nothing decides in a run which credential is used`() {
        let node = Doc.node(
            "x", "action", [:],
            [
                "uses": "slack@1.0.0/send_message", "credential": "{{ credentials['team-slack'] }}",
                "input": ["channel": "#a", "text": "b"],
            ])
        #expect(problems([node], ["hook > x"]).map(\.code) == ["unknown-credential"])
    }

    @Test func `a client of OAuth 2.0 fits a slot for a token, and no other fits in its place`() {
        func found(_ credential: JSON) -> [String] {
            problems(
                [
                    Doc.node(
                        "x", "action", [:],
                        [
                            "uses": "slack@1.0.0/send_message", "credential": credential,
                            "input": ["channel": "#a", "text": "b"],
                        ])
                ], ["hook > x"]
            ).map(\.code)
        }
        #expect(found("client") == [])
        #expect(found("team-slack") == [])
        #expect(found("login") == ["misfit-credential"])
        // The other way round: a token is no client.
        #expect(CredentialSlot(name: "a", kinds: [.oauth2], isRequired: true).takes(.bearer) == false)
        #expect(CredentialSlot(name: "a", kinds: [.bearer], isRequired: true).takes(.oauth2))
        #expect(CredentialSlot(name: "a", kinds: [.basic, .apiKey], isRequired: true).takes(.oauth2) == false)
    }
}
