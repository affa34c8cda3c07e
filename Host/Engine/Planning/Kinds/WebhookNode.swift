import PatchbayCore
import PatchbayJSON

/// `{"type": "webhook", "config": {"path": "deploy", "method": "POST", "verify": {"scheme": "github", "secret": "NAME"}}}`
enum WebhookNode {
    private enum Method: String, CaseIterable {
        case post = "POST", put = "PUT", patch = "PATCH", get = "GET", delete = "DELETE"
    }

    private static let longestPath = 200
    private static let verify = [
        MemberSchema(
            "scheme", "Scheme", "Whose signature deliveries bear.", .words(PlannedWebhook.Scheme.self), required: true,
            examples: ["github"]),
        MemberSchema("secret", "Secret", "The name of a credential of the kind secret.", .text(limit: 100)),
    ]

    static let schema = KindSchema(
        "Webhook", "Starts a run for each delivery to its endpoint.",
        members: [
            MemberSchema(
                "path", "Path", "The endpoint's path, below /webhook/; no other workflow may have it.",
                ValueShape([
                    "type": "string", "pattern": .string("^/?[A-Za-z0-9._~/-]{1,\(longestPath)}$"),
                    "not": ["pattern": #"//|/$|(^|/)\.\.?(/|$)"#],
                ]), required: true, examples: ["deploy", "team/deploy"]),
            MemberSchema("method", "Method", "The method of deliveries.", .words(Method.self), standard: "POST"),
            MemberSchema(
                "verify", "Verification", "How deliveries are told from others'; anybody may deliver when absent.",
                .members(
                    verify,
                    rules: [
                        MemberRule.when(
                            "scheme", is: ["none"], then: MemberRule.without(["secret"]),
                            otherwise: MemberRule.needs("secret"))
                    ]), examples: [["scheme": "github", "secret": "GITHUB_WEBHOOK_SECRET"]]),
            MemberSchema(
                "wait", "Wait", "How long a delivery waits for the run's answer; at most 5m. Absent: it does not.",
                .timeout, examples: ["30s"]),
        ] + TriggerData.members,
        example: [
            "id": "hook", "type": "webhook",
            "config": ["path": "deploy", "verify": ["scheme": "github", "secret": "GITHUB_WEBHOOK_SECRET"]],
        ])

    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        let path = reader.text("path", required: true, limit: 1_000)
        let method = reader.word("method", of: Method.self) ?? .post
        let (scheme, secret) = verification(&reader, node, context.credentials)
        TriggerData.read(&reader)
        let wait = wait(&reader)
        reader.refuseUnknown(known: schema.names)
        if let path {
            if let endpoint = endpoint(path) {
                if let other = context.webhooks.first(where: { $0.endpoint == endpoint }) {
                    reader.report(
                        "duplicate-path", at: "path",
                        "the path \(path.quoted) is also that of \(other.node.quoted)",
                        hint: "give each webhook its own")
                }
                context.webhooks.append(
                    PlannedWebhook(
                        node: node.id, endpoint: endpoint, method: method.rawValue, scheme: scheme ?? .none,
                        secret: secret, wait: wait))
            } else {
                reader.report(
                    "bad-path", at: "path", "\(path.quoted) is no webhook path",
                    hint:
                        "write at most \(longestPath) letters, digits, -, _, . and ~, in parts between single slashes, "
                        + "such as \"deploy\" or \"team/deploy\"")
            }
        }
        context.problems += reader.problems
        return .trigger(kind: node.kind.rawValue)
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

    /// The path without its leading slash; nil when it could not stand in a URL as it is.
    private static func endpoint(_ path: String) -> String? {
        let path = path.hasPrefix("/") ? String(path.dropFirst()) : path
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard path.utf8.count <= longestPath, parts.allSatisfy(isPart) else { return nil }
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
    ) -> (scheme: PlannedWebhook.Scheme?, secret: String?) {
        guard let object = outer.object("verify") else { return (nil, nil) }
        var reader = MemberReader(
            object, at: outer.pointer(to: "verify"), of: node.id, subject: "\"verify\" of \(node.id.quoted)")
        defer { outer.adopt(reader.problems) }
        let scheme = reader.word("scheme", of: PlannedWebhook.Scheme.self, required: true)
        let secret = reader.text("secret", required: scheme != nil && scheme != PlannedWebhook.Scheme.none, limit: 100)
        if scheme == PlannedWebhook.Scheme.none, secret != nil {
            reader.report(
                "bad-value", at: "secret", "the scheme \"none\" verifies nothing, and a secret is named",
                hint: "write the scheme of whoever delivers, such as \"github\", or remove \"secret\"")
        }
        reader.refuseUnknown(known: verify.map(\.name))
        if let secret, let credentials {
            do throws(CredentialCheck.Refusal) {
                try credentials.checkSecret(secret)
            } catch {
                reader.report(error.code, at: "secret", error.message, hint: error.hint)
            }
        }
        return (scheme, scheme == PlannedWebhook.Scheme.none ? nil : secret)
    }
}
