import PatchbayExpressions
import PatchbayJSON
import Testing

struct SecretsTests {
    private let names = KnownNames(steps: [], credentials: ["github_token", "slack"])

    private func template(_ text: String, takesSecret: Bool = true) throws -> Template {
        try Template(text, names: names, takesSecret: takesSecret)
    }

    @Test func `a credential alone is a handle where a secret is expected`() throws {
        let value = try template("{{ credentials.github_token }}").evaluate(in: Scope(trigger: [:]))
        #expect(value == ["$credential": "github_token"])
        let chosen = try template("{{ trigger.body.x ? credentials.slack : credentials['github_token'] }}")
        #expect(try chosen.evaluate(in: Scope(trigger: ["body": ["x": true]])) == ["$credential": "slack"])
        #expect(chosen.references.contains(.credential("slack")))
    }

    @Test(arguments: [
        "Bearer {{ credentials.github_token }}", "{{ 'Bearer ' + credentials.github_token }}",
        "{{ credentials.github_token == 'x' }}", "{{ credentials.github_token == credentials.slack }}",
        "{{ json(credentials.github_token) }}", "{{ string(credentials.github_token) }}",
        "{{ [credentials.github_token] }}", "{{ {'a': credentials.github_token} }}",
        "{{ credentials.github_token.value }}", "{{ size(credentials.github_token) }}",
        "{{ hash(credentials.github_token) }}", "{{ base64Encode(credentials.github_token) }}",
        "{{ type(credentials.github_token) }}", "{{ dyn(credentials.github_token) }}",
        "{{ credentials.github_token in [1] }}", "{{ cel.bind(x, credentials.github_token, x) }}",
        "{{ [1].map(i => credentials.github_token) }}", "{{ $credentials.github_token + '' }}",
        "{{ optional.of(credentials.github_token) }}", "{{ credentials.github_token ? 1 : 2 }}",
    ])
    func `every other use of one is refused at save`(text: String) {
        let failure = #expect(throws: CompilationFailure.self) { try template(text) }
        #expect(failure?.errors.first?.code == .secret)
        #expect(failure?.errors.first?.message.hasPrefix("credentials.github_token is a secret") == true)
    }

    @Test func `where no secret is expected it is refused alone, too`() {
        let failure = #expect(throws: CompilationFailure.self) {
            try template("{{ credentials.github_token }}", takesSecret: false)
        }
        #expect(failure?.errors.map(\.code) == [.secret])
        #expect(failure?.errors.first?.column == 4)
    }

    @Test(arguments: [
        ("credentials.github_tokn", "there is no credential \"github_tokn\"", "did you mean \"github_token\"?"),
        ("credentials", "credentials alone is no value", "write credentials.<name>"),
        ("credentials[trigger.body.x]", "the credential's name must be written out", "write credentials[\"<name>\"]"),
    ])
    func `a credential that nobody has is told at save`(expression: String, message: String, hint: String) {
        let failure = #expect(throws: CompilationFailure.self) { try template("{{ \(expression) }}") }
        #expect(failure?.errors.first?.message == message)
        #expect(failure?.errors.first?.hint == hint)
    }
}
