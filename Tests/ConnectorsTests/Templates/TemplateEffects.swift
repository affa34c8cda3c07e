import PatchbayJSON

/// What came of a run outside of it, in the words of a template's `expected`; each list in the order of its texts, because
/// branches go on side by side.
struct TemplateEffects: Equatable {
    /// What Slack was told: `#channel: text`.
    var messages: [String] = []
    /// Titles of issues, of GitHub and Jira.
    var issues: [String] = []
    /// `recipient: subject`.
    var letters: [String] = []
    /// Bodies that were sent to addresses.
    var requests: [String] = []
    var rows: [String] = []
    var queued: [String] = []

    /// As a template says; what it leaves out must not happen.
    init(expected: JSON) {
        func list(_ name: String) -> [String] { (expected[name]?.array ?? []).map(Self.text).sorted() }
        messages = list("messages")
        issues = list("issues")
        letters = list("letters")
        requests = list("requests")
        rows = list("rows")
        queued = list("queued")
    }

    init(
        asked: some Sequence<StandInVendors.Asked>, letters: some Sequence<String>, rows: [JSON], queued: [JSON],
        vendors: StandInVendors
    ) {
        for asked in asked {
            let (path, body) = (asked.request.path, asked.request.json)
            switch asked.vendor {
            case "slack" where path == "/api/chat.postMessage":
                messages.append("\(body["channel"]?.string ?? ""): \(body["text"]?.string ?? "")")
            case "github" where path.hasSuffix("/issues") && asked.request.method == "POST":
                issues.append(body["title"]?.string ?? "")
            case "jira" where path.hasSuffix("/issue"): issues.append(body["fields"]?["summary"]?.string ?? "")
            case "identity", "hooks": requests.append(Self.text(body))
            default: break
            }
        }
        messages = messages.map { text -> String in
            // How a refused connection is worded is its own business.
            if let end = text.firstRange(of: " does not answer: ")?.upperBound {
                return String(text[..<end]).replacing(vendors.closed, with: "https://closed.example.com")
            }
            return text.replacing(vendors.address(of: "jira"), with: "https://jira.example.com")
                .replacing(vendors.address(of: "health"), with: "https://example.com/health")
        }.sorted()
        issues.sort()
        self.letters = letters.sorted()
        requests.sort()
        self.rows = rows.map(Self.text).sorted()
        self.queued = queued.map(Self.text).sorted()
    }

    private static func text(_ value: JSON) -> String { value.string ?? value.text }
}
