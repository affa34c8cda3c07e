import HTTPTypes
import HostFixture
import Hummingbird
import NIOCore
import Synchronization

/// Feeds that a test fills, by the last part of their address; counts who reads them.
final class NewsStand: Sendable {
    private struct Feed {
        /// Numbers of its entries, the newest last.
        var entries: [Int] = []
        var asked = 0
        var reading = 0
        /// Who read it at the same time, at most.
        var most = 0
        var status = 200
    }

    private struct State {
        var feeds: [String: Feed] = [:]
        var isHolding = false
        var held: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func publish(_ entries: ClosedRange<Int>, in feed: String) {
        state.withLock { $0.feeds[feed, default: Feed()].entries += entries }
    }

    /// What the feed is answered with from now on.
    func answer(_ status: Int, for feed: String) { state.withLock { $0.feeds[feed, default: Feed()].status = status } }

    func asked(for feed: String) -> Int { state.withLock { $0.feeds[feed]?.asked ?? 0 } }

    /// Of all feeds, the one that most read at the same time.
    var mostReaders: Int { state.withLock { $0.feeds.values.map(\.most).max() ?? 0 } }

    /// Keeps readers waiting until `release`.
    func hold() { state.withLock { $0.isHolding = true } }

    func release() {
        let held = state.withLock { state in
            state.isHolding = false
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    /// Listens on a free port of 127.0.0.1 for the time of `body`, which is given the address.
    func listen(_ body: @escaping @Sendable (String) async throws -> Void) async throws {
        let router = Router()
        router.get("**") { request, _ in await self.answer(request) }
        try await router.listen(end: release, body)
    }

    private func answer(_ request: Request) async -> Response {
        let name = request.uri.path.split(separator: "/").last.map(String.init) ?? ""
        state.withLock { state in
            state.feeds[name, default: Feed()].asked += 1
            state.feeds[name]!.reading += 1
            state.feeds[name]!.most = max(state.feeds[name]!.most, state.feeds[name]!.reading)
        }
        await withCheckedContinuation { continuation in
            let mustWait = state.withLock { state in
                if state.isHolding { state.held.append(continuation) }
                return state.isHolding
            }
            if !mustWait { continuation.resume() }
        }
        let (entries, status) = state.withLock { state in
            state.feeds[name]!.reading -= 1
            return (state.feeds[name]!.entries, state.feeds[name]!.status)
        }
        let items = entries.reversed().map { "<item><guid>\(name)-\($0)</guid><title>News \($0)</title></item>" }
        let text = "<rss version=\"2.0\"><channel><title>\(name)</title>\(items.joined())</channel></rss>"
        return Response(
            status: HTTPResponse.Status(code: status), headers: [.contentType: "application/rss+xml"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: status == 200 ? text : "no")))
    }
}
