import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

/// `{"type": "webhook", "config": {"path": "deploy", "method": "POST", "verify": {"scheme": "github", "secret": "NAME"}}}`
enum WebhookNode {
    private enum Method: String, CaseIterable {
        case post = "POST", put = "PUT", patch = "PATCH", get = "GET", delete = "DELETE"
    }

    private static let longestPath = 200
    private static let verify = [
        MemberSchema(
            "scheme", "Scheme", "Whose signature deliveries bear.", .words(WebhookScheme.self), required: true,
            examples: ["github"]),
        MemberSchema(
            "secret", "Secret",
            "The name of a credential of the kind secret. Without one the webhook has a secret of its own.",
            .text(limit: 100)),
        MemberSchema(
            "previous", "Former secret",
            "The name of a credential whose secret is still good, while senders are given the new one.",
            .text(limit: 100)),
    ]

    static let schema = KindSchema(
        "Webhook", "Starts a run for each delivery to its endpoint.",
        members: [
            MemberSchema(
                "path", "Path",
                "The endpoint's path, below /webhook/; no other workflow may have it. Without one the trigger has only the "
                    + "endpoints that are made for it.",
                ValueShape([
                    "type": "string", "pattern": .string("^/?[A-Za-z0-9._~/-]{1,\(longestPath)}$"),
                    "not": ["pattern": #"//|/$|(^|/)\.\.?(/|$)|^/?wh_"#],
                ]), examples: ["deploy", "team/deploy"]),
            MemberSchema(
                "method", "Method", "The method of deliveries, or a list of them.",
                .either([.words(Method.self), .array(of: .words(Method.self), count: 1...5)]), standard: "POST"),
            MemberSchema(
                "verify", "Verification", "How deliveries are told from others'; anybody may deliver when absent.",
                .members(
                    verify,
                    rules: [
                        MemberRule.when("scheme", is: ["none"], then: MemberRule.without(["secret", "previous"])),
                        MemberRule.with("previous", needs: ["secret"]),
                    ]), examples: [["scheme": "github", "secret": "GITHUB_WEBHOOK_SECRET"]]),
            MemberSchema(
                "filter", "Filter",
                "Which deliveries start a run: an expression that gives true, or a JSONPath that finds something, in what "
                    + "expressions see as trigger.", .text(limit: WebhookFilter.longest),
                examples: ["{{ trigger.body.action == 'opened' }}", "$.body.commits[?@.added]"]),
            MemberSchema(
                "wait", "Wait", "How long a delivery waits for the run's answer; at most 5m. Absent: it does not.",
                .timeout, examples: ["30s"]),
            ConnectorWebhookNode.input,
        ] + TriggerData.members, nodeRules: ConnectorWebhookNode.rules,
        example: [
            "id": "hook", "type": "webhook",
            "config": ["path": "deploy", "verify": ["scheme": "github", "secret": "GITHUB_WEBHOOK_SECRET"]],
        ])

    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        guard node.uses == nil else { return ConnectorWebhookNode.plan(node, in: &context) }
        if let credential = node.credential {
            context.report(
                "unknown-member", node, at: node.pointers.node + "/credential",
                "\(node.id.quoted) names the credential \(credential.quoted) and no connector's trigger",
                hint: "name a trigger in \"uses\", or the secret of deliveries in \"verify\"")
        }
        var reader = context.reader(node)
        let path = reader.text("path", limit: 1_000)
        let methods = methods(&reader)
        let (scheme, secrets) = verification(&reader, node, context.credentials)
        let filter = filter(&reader)
        TriggerData.read(&reader)
        let wait = wait(&reader)
        reader.refuseUnknown(known: schema.names.filter { $0 != ConnectorWebhookNode.input.name })
        let endpoint = path.flatMap(endpoint)
        if let path, endpoint == nil {
            reader.report(
                "bad-path", at: "path", "\(path.quoted) is no webhook path",
                hint:
                    "write at most \(longestPath) letters, digits, -, _, . and ~, in parts between single slashes, "
                    + "such as \"deploy\" or \"team/deploy\"; those that begin with wh_ are given, not chosen")
        }
        if let path, let endpoint, let other = context.webhooks.first(where: { $0.endpoint == endpoint }) {
            reader.report(
                "duplicate-path", at: "path", "the path \(path.quoted) is also that of \(other.node.quoted)",
                hint: "give each webhook its own")
        }
        if endpoint != nil || reader.object["path"] == nil {
            context.webhooks.append(
                PlannedWebhook(
                    node: node.id, endpoint: endpoint, methods: methods, scheme: scheme ?? .none, secrets: secrets,
                    wait: wait, filter: filter))
        }
        context.problems += reader.problems
        return .trigger(kind: node.kind.rawValue)
    }

    static func filter(_ reader: inout MemberReader) -> String? {
        guard let filter = reader.text("filter", limit: WebhookFilter.longest) else { return nil }
        for problem in WebhookFilter.problems(of: filter) {
            reader.report(problem.code, at: "filter", problem.message, hint: problem.hint)
        }
        return filter
    }

    private static func methods(_ reader: inout MemberReader) -> [String] {
        let standard = [Method.post.rawValue]
        guard case .array(let words)? = reader.object["method"] else {
            return reader.word("method", of: Method.self).map { [$0.rawValue] } ?? standard
        }
        let known = words.compactMap { $0.string.flatMap(Method.init) }
        guard (1...5).contains(words.count), known.count == words.count else {
            reader.report(
                "bad-value", at: "method", "\"method\" of \(reader.subject) is no list of one to five methods",
                hint: "methods are " + Method.allCases.map(\.rawValue).joined(separator: ", "))
            return standard
        }
        return known.reduce(into: []) { if !$0.contains($1.rawValue) { $0.append($1.rawValue) } }
    }

    /// Senders give up sooner than this.
    private static let longestWait: Int64 = 300_000

    private static func wait(_ reader: inout MemberReader) -> Int64? {
        guard let wait = reader.duration("wait") else { return nil }
        guard (1...longestWait).contains(wait) else {
            reader.report(
                "bad-value", at: "wait", "a delivery can be kept waiting for up to \(DurationText.text(longestWait))",
                hint: "write a shorter time, such as \"30s\"")
            return nil
        }
        return wait
    }

    /// The path without its leading slash; nil when it could not stand in a URL as it is, or looks like one of those that
    /// are made.
    private static func endpoint(_ path: String) -> String? {
        let path = path.hasPrefix("/") ? String(path.dropFirst()) : path
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard path.utf8.count <= longestPath, parts.allSatisfy(isPart), !path.hasPrefix("wh_") else { return nil }
        return path
    }

    /// The characters that RFC 3986 never has percent-encoded; `.` and `..` would be resolved on the way.
    private static func isPart(_ part: Substring) -> Bool {
        !part.isEmpty && part != "." && part != ".."
            && part.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF)
                    || [0x2D, 0x2E, 0x5F, 0x7E].contains($0)
            }
    }

    private static func verification(
        _ outer: inout MemberReader, _ node: WorkflowNode, _ credentials: CredentialCheck?
    ) -> (scheme: WebhookScheme?, secrets: [String]) {
        guard let object = outer.object("verify") else { return (nil, []) }
        var reader = MemberReader(
            object, at: outer.pointer(to: "verify"), of: node.id, subject: "\"verify\" of \(node.id.quoted)")
        defer { outer.adopt(reader.problems) }
        let scheme = reader.word("scheme", of: WebhookScheme.self, required: true)
        let named = ["secret", "previous"].compactMap { member in
            reader.text(member, limit: 100).map { (member, $0) }
        }
        if scheme == WebhookScheme.none, let (member, _) = named.first {
            reader.report(
                "bad-value", at: member, "the scheme \"none\" verifies nothing, and a secret is named",
                hint: "write the scheme of whoever delivers, such as \"github\", or remove \(member.quoted)")
        } else if reader.object["previous"] != nil, reader.object["secret"] == nil {
            reader.report(
                "missing-member", at: "previous", "\(reader.subject) names a former secret and no present one",
                hint: "write \"secret\" too")
        }
        reader.refuseUnknown(known: verify.map(\.name))
        if let credentials {
            for (member, name) in named {
                do throws(CredentialCheck.Refusal) {
                    try credentials.checkSecret(name)
                } catch {
                    reader.report(error.code, at: member, error.message, hint: error.hint)
                }
            }
        }
        return (scheme, scheme == WebhookScheme.none ? [] : named.map(\.1))
    }
}
