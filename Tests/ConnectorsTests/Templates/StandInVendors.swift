import PatchbayJSON
import PatchbaySecurity
import Synchronization

/// All that templates reach by HTTP, on one server, each below a path of its own: the vendors as their tests have them, a site
/// with a feed and an API. It keeps what was asked, and who came without the right key.
final class StandInVendors: Sendable {
    /// What each vendor wants to see in which header.
    private static let keys: [String: (header: String, value: String)] = [
        "slack": ("authorization", "Bearer xoxb-templates"), "github": ("authorization", "Bearer github_pat_templates"),
        "jira": ("authorization", "Basic " + Base64.text(Array("ada@example.com:jira-token".utf8))),
        "openai": ("authorization", "Bearer sk-templates"), "anthropic": ("x-api-key", "sk-ant-templates"),
        "identity": ("authorization", "Bearer identity-token"),
    ]

    /// A request with the path that the vendor knows.
    struct Asked: Sendable {
        var vendor: String
        var request: RecordingServer.Request
    }

    private struct State {
        var asked: [Asked] = []
        var refused: [String] = []
        /// What stands in the feed.
        var entries: [JSON] = []
        var health = 200
    }

    private final class Ledger: Sendable {
        let state = Mutex(State())
    }

    private let ledger: Ledger
    private let server: RecordingServer

    init() {
        let ledger = Ledger()
        self.ledger = ledger
        server = RecordingServer { Self.answer($0, ledger) }
    }

    func stop() { server.stop() }

    var port: Int { server.port }
    /// Where nobody listens.
    let closed = "http://127.0.0.1:\(RecordingServer.closedPort)"
    func address(of vendor: String) -> String { "\(server.address)/\(vendor)" }

    var asked: [Asked] { ledger.state.withLock { $0.asked } }
    /// Who would not have been let in.
    var refused: [String] { ledger.state.withLock { $0.refused } }

    func publish(_ entry: JSON) { ledger.state.withLock { $0.entries.append(entry) } }

    /// What the service that is watched answers with from now on.
    func setHealth(_ status: Int) { ledger.state.withLock { $0.health = status } }

    private static func answer(_ request: RecordingServer.Request, _ ledger: Ledger) -> RecordingServer.Answer {
        let parts = request.target.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: true)
        let vendor = parts.first.map(String.init) ?? ""
        var known = request
        known.target = "/" + (parts.count > 1 ? parts[1] : "")
        let (entries, health) = ledger.state.withLock { state in
            state.asked.append(Asked(vendor: vendor, request: known))
            if let key = keys[vendor], known.headers[key.header] != key.value {
                state.refused.append("\(vendor): \(known.headers[key.header] ?? "no key")")
            }
            return (state.entries, state.health)
        }
        return switch vendor {
        case "slack": SlackVendor.answer(known)
        case "github": gitHub(known)
        case "jira": JiraVendor.answer(known)
        case "openai": OpenAIExtraction.answer(known)
        case "anthropic": AnthropicVendor.answer(known)
        case "identity", "hooks": .json(200, ["ok": true])
        case "health": .json(health, ["status": .int(Int64(health))])
        case "items": .json(200, [["id": 1, "name": "Lamp"], ["id": 2, "name": "Table"]])
        case "feed": .reply(200, [("Content-Type", "application/rss+xml")], Array(feed(entries).utf8))
        default: .json(404, ["error": "there is nobody"])
        }
    }

    /// GitHub knows one repository; what is asked of another is answered as if it were that one.
    private static func gitHub(_ request: RecordingServer.Request) -> RecordingServer.Answer {
        let (known, other) = ("octo-org/octo-repo", "octo/shop")
        guard request.path.hasPrefix("/repos/\(other)/") else { return GitHubVendor.answer(request) }
        var asked = request
        asked.target = request.target.replacing("/\(other)/", with: "/\(known)/")
        guard case .reply(let status, let headers, let body) = GitHubVendor.answer(asked) else { return .silence }
        return .reply(status, headers, Array(String(decoding: body, as: UTF8.self).replacing(known, with: other).utf8))
    }

    private static func feed(_ entries: [JSON]) -> String {
        let items = entries.reversed().map { entry in
            let members = ["guid": "id", "title": "title", "link": "link"].map { element, member in
                "<\(element)>\(entry[member]?.string ?? "")</\(element)>"
            }
            return "<item>\(members.joined())</item>"
        }
        return "<rss version=\"2.0\"><channel><title>News</title>\(items.joined())</channel></rss>"
    }
}

/// OpenAI that finds in a text what it is asked for by a schema, as far as templates ask.
private enum OpenAIExtraction {
    /// It takes for urgent what cannot be done.
    private static func facts(in request: RecordingServer.Request) -> JSONObject {
        let isUrgent = request.text.contains("cannot")
        return [
            "topic": isUrgent ? "The payment page is blank" : "A question", "urgent": .bool(isUrgent),
            "number": "2027-17", "supplier": "Octo Ltd", "total": 119.5,
        ]
    }

    static func answer(_ request: RecordingServer.Request) -> RecordingServer.Answer {
        let answer = OpenAIVendor.answer(request)
        guard case .reply(200, let headers, let body) = answer, var completion = try? JSON(parsing: body).object,
            let wanted = request.json["response_format"]?["json_schema"]?["schema"]?["properties"]?.object,
            var choice = completion["choices"]?[0]?.object, var message = choice["message"]?.object
        else { return answer }
        let facts = facts(in: request)
        var found: JSONObject = [:]
        for property in wanted {
            guard let fact = facts[property.name] else {
                return .json(
                    400, ["error": ["message": .string("no \(property.name)"), "type": "invalid_request_error"]])
            }
            found[property.name] = fact
        }
        message["content"] = .string(JSON.object(found).text)
        choice["message"] = .object(message)
        completion["choices"] = [.object(choice)]
        return .reply(200, headers, JSON.object(completion).bytes())
    }
}
