import PatchbayJSON
import Synchronization

/// Plays recorded exchanges back: each answers one request, the first that fits first.
///
/// A request fits when method and URL are the same (the order of the query's parameters aside), and the body, where the
/// recording has one; JSON bodies are compared by what they mean. Headers are kept for people and not compared: dates and
/// keys in them change with every call.
public final class Replay: Sendable {
    private struct State {
        var unused: [Exchange]
        var misses: [String] = []
    }

    private let state: Mutex<State>

    public init(_ exchanges: [Exchange]) { state = Mutex(State(unused: exchanges)) }

    /// What the recording answers; nil when it has nothing for this request, which `misses` then explains.
    public func outcome(of request: Exchange.Request) -> Exchange.Outcome? {
        state.withLock { state in
            guard let index = state.unused.firstIndex(where: { $0.request.fits(request) }) else {
                state.misses.append(Self.explain(request, state.unused))
                return nil
            }
            return state.unused.remove(at: index).outcome
        }
    }

    /// Exchanges that nobody asked for.
    public var unused: [Exchange] { state.withLock { $0.unused } }

    /// Requests that the recording had no answer for, each with the nearest that it has.
    public var misses: [String] { state.withLock { $0.misses } }

    private static func explain(_ request: Exchange.Request, _ unused: [Exchange]) -> String {
        let asked = "\(request.method) \(request.url)"
        if let near = unused.first(where: { $0.request.fitsButForItsBody(request) }) {
            let expected = near.request.body.map { String(decoding: $0.prefix(500), as: UTF8.self) } ?? ""
            let given = String(decoding: (request.body ?? []).prefix(500), as: UTF8.self)
            return "\(asked) was sent with the body \(given), recorded is \(expected)"
        }
        guard !unused.isEmpty else { return "\(asked) was sent, and nothing more is recorded" }
        let recorded = unused.prefix(3).map { "\($0.request.method) \($0.request.url)" }.joined(separator: ", ")
        return "\(asked) was sent, recorded is \(recorded)"
    }
}

extension Exchange.Request {
    func fits(_ sent: Exchange.Request) -> Bool {
        guard fitsButForItsBody(sent) else { return false }
        guard let body else { return true }
        let given = sent.body ?? []
        if body == given { return true }
        guard let expected = try? JSON(parsing: body), let value = try? JSON(parsing: given) else { return false }
        return expected == value
    }

    func fitsButForItsBody(_ sent: Exchange.Request) -> Bool {
        method == sent.method && parts(of: url) == parts(of: sent.url)
    }

    private func parts(of url: String) -> [Substring] {
        let halves = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        return [halves[0]] + (halves.count > 1 ? halves[1].split(separator: "&").sorted() : [])
    }
}
