import PatchbayJSON

/// A way through a template: its sample, or another.
struct TemplateVariation {
    var template: String
    /// As the template's `sample_input`.
    var input: JSON = [:]
    var parameters: JSONObject = [:]
    /// What the service that is watched answers.
    var health = 200
    /// What the sender of a webhook is answered.
    var answer = 202
    var expected: JSON

    init(
        _ template: String, _ input: JSON = [:], parameters: JSONObject = [:], health: Int = 200, answer: Int = 202,
        steps: [String], _ effects: JSONObject = [:]
    ) {
        (self.template, self.input, self.parameters) = (template, input, parameters)
        (self.health, self.answer) = (health, answer)
        var expected = effects
        expected["status"] = "completed"
        expected["steps"] = .array(steps.map(JSON.string))
        self.expected = .object(expected)
    }

    /// What a template itself is to be tried with.
    init(sample input: JSON, of template: String, expected: JSON) {
        (self.template, self.input, self.expected) = (template, input, expected)
    }

    /// - Parameter closed: an address where nobody listens.
    static func all(closed: String) -> [TemplateVariation] { watching(closed) + people + quiet + sorting }

    private static func watching(_ closed: String) -> [TemplateVariation] {
        [
            TemplateVariation(
                "health-check", health: 503, steps: ["when", "ask", "is_well", "tell_status"],
                ["messages": ["#operations: https://example.com/health answers with the status 503."]]),
            TemplateVariation(
                "health-check", parameters: ["url": .string(closed)], steps: ["when", "tell_silence"],
                ["messages": ["#operations: https://closed.example.com does not answer: "]]),
        ]
    }

    private static func expense(_ decision: JSON) -> JSON {
        ["body": ["from": "ada@example.com", "amount": 400, "purpose": "Desk"], "decisions": ["approve": decision]]
    }

    /// What people say otherwise.
    private static let people = [
        TemplateVariation(
            "expense-approval", expense("approved"), steps: ["hook", "is_small", "approve", "say_yes"],
            ["letters": ["ada@example.com: Approved: Desk"]]),
        TemplateVariation(
            "expense-approval", expense("rejected"), steps: ["hook", "is_small", "approve", "say_no"],
            ["letters": ["ada@example.com: Not approved: Desk"]]),
        TemplateVariation(
            "sign-in-review", ["body": ["user": "ada", "country": "NO"], "decisions": ["review": "fine"]],
            steps: ["hook", "review", "leave"]),
        TemplateVariation(
            "incident-escalation", ["body": ["title": "Slow"], "decisions": ["take": "false_alarm"]],
            steps: ["hook", "take", "tell_false"],
            ["messages": ["#incidents: False alarm, says oncall@example.com: Slow"]]),
        TemplateVariation(
            "reply-draft", ["body": ["from": "ada@example.com", "text": "Why?"], "decisions": ["check": "rejected"]],
            steps: ["hook", "draft", "check"]),
    ]

    private static func rated(_ rating: JSON) -> JSON { ["body": ["rating": rating]] }

    /// What is to be left alone.
    private static let quiet = [
        TemplateVariation("bad-rating-alert", rated(5), steps: ["hook", "is_bad"]),
        TemplateVariation(
            "deployment-notifier", ["headers": ["x-github-event": "ping"], "body": ["zen": "Design for failure."]],
            steps: ["hook", "is_live"]),
        TemplateVariation(
            "failed-build-issue",
            [
                "body": [
                    "action": "requested", "repository": ["name": "shop", "owner": ["login": "octo"]],
                    "workflow_run": ["name": "CI", "conclusion": nil, "head_branch": "main"],
                ]
            ], steps: ["hook", "has_failed"]),
        TemplateVariation(
            "release-announcement",
            ["body": ["action": "published", "release": ["prerelease": true, "tag_name": "v3.0.0-rc.1"]]],
            steps: ["hook", "is_release"]),
        TemplateVariation("leaked-secret-alert", ["body": ["action": "resolved"]], steps: ["hook", "is_new"]),
        TemplateVariation("dependency-alert-triage", ["body": ["action": "fixed"]], steps: ["hook", "is_new"]),
        TemplateVariation(
            "feed-to-channel", ["body": ["id": "2", "title": "Summer party"]], steps: ["entries", "has_word"]),
        TemplateVariation(
            "support-mail-to-issue",
            [
                "body": [
                    "subject": "Out of office", "text": "Until Monday.", "is_automatic": true,
                    "from": [["address": "ada@example.com"]],
                ]
            ], steps: ["mail", "is_written"]),
        TemplateVariation(
            "alert-to-incident",
            ["body": ["alerts": [["status": "firing", "labels": ["alertname": "Noise"], "annotations": [:]]]]],
            steps: ["hook", "each"], ["loops": ["each": 0]]),
    ]

    private static func alert(_ severity: JSON) -> JSON {
        [
            "body": [
                "action": "created",
                "repository": ["name": "shop", "full_name": "octo/shop", "owner": ["login": "octo"]],
                "alert": [
                    "dependency": ["package": ["name": "left-pad"]],
                    "security_advisory": ["severity": severity, "summary": "Slow regular expression"],
                ],
            ]
        ]
    }

    /// What goes another way.
    private static let sorting = [
        TemplateVariation(
            "dependency-alert-triage", alert("high"), steps: ["hook", "is_new", "severity", "issue"],
            ["issues": ["Update left-pad"]]),
        TemplateVariation("dependency-alert-triage", alert("low"), steps: ["hook", "is_new", "severity"]),
        TemplateVariation(
            "ticket-triage", ["body": ["text": "Where is my invoice?"]],
            steps: ["hook", "judge", "is_urgent", "tell"],
            ["messages": ["#support: A question: Where is my invoice?"]]),
        TemplateVariation(
            "orders-to-queue", ["body": ["id": "8"]], answer: 422, steps: ["hook", "is_whole", "refuse"]),
    ]
}
