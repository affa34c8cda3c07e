import HostFixture
import Hummingbird
import NIOCore
import Synchronization

/// A token endpoint on 127.0.0.1 that counts, rotates refresh tokens, and holds answers back when a test says so.
final class TokenServer: Sendable {
    /// What the next requests are answered.
    enum Mode: Sendable {
        /// New tokens for the refresh token that counts, `invalid_grant` for another.
        case rotating
        /// New access tokens, and the refresh token goes on counting.
        case steady
        /// This status and body, whatever comes.
        case fixed(Int, String)
        /// More than is read.
        case large
        /// A redirect to another path of this server.
        case redirect
    }

    private struct State {
        var mode = Mode.rotating
        var forms: [String] = []
        var counting: Set<String> = ["r1"]
        var next = 2
        var lifetime = 3_600
        /// Requests that are held from here on.
        var holds = 0
        var held: [CheckedContinuation<Void, Never>] = []
        var strays = 0
    }

    private let state = Mutex(State())
    /// Tells of each request, with its number, when it has come.
    let arrivals: AsyncStream<Int>
    private let arrived: AsyncStream<Int>.Continuation

    init() { (arrivals, arrived) = AsyncStream.makeStream() }

    /// The forms so far.
    var forms: [String] { state.withLock { $0.forms } }
    /// How many followed a redirect.
    var strays: Int { state.withLock { $0.strays } }

    func answer(_ mode: Mode) { state.withLock { $0.mode = mode } }
    func count(_ refreshTokens: Set<String>) { state.withLock { $0.counting = refreshTokens } }
    func live(_ seconds: Int) { state.withLock { $0.lifetime = seconds } }
    /// Holds the next requests' answers until `release`.
    func hold(_ requests: Int) { state.withLock { $0.holds = requests } }

    func release() {
        let held = state.withLock { state in
            defer { state.held = [] }
            state.holds = 0
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    func listen(_ body: @escaping @Sendable (String) async throws -> Void) async throws {
        let router = Router()
        router.post("/token") { request, _ in
            let form = String(buffer: try await request.body.collect(upTo: 1 << 20))
            return await self.token(form)
        }
        for method in [HTTPRequest.Method.get, .post] {
            router.on("/elsewhere", method: method) { _, _ in
                self.state.withLock { $0.strays += 1 }
                return Response(status: .ok)
            }
        }
        try await router.listen(end: { self.release() }, body)
    }

    private func token(_ form: String) async -> Response {
        let (number, isHeld) = state.withLock { state in
            state.forms.append(form)
            defer { state.holds = max(0, state.holds - 1) }
            return (state.forms.count, state.holds > 0)
        }
        if isHeld {
            await withCheckedContinuation { continuation in
                state.withLock { $0.held.append(continuation) }
                arrived.yield(number)
            }
        } else {
            arrived.yield(number)
        }
        return state.withLock { state in
            switch state.mode {
            case .fixed(let status, let body): return Self.response(status, body)
            case .large: return Self.response(200, String(repeating: "x", count: 100_000))
            case .redirect:
                return Response(status: .temporaryRedirect, headers: [.location: "/elsewhere"])
            case .rotating, .steady: return Self.granted(form, &state)
            }
        }
    }

    private static func granted(_ form: String, _ state: inout State) -> Response {
        let presented = form.split(separator: "&").first { $0.hasPrefix("refresh_token=") }?.dropFirst(14)
        if let presented, !state.counting.contains(String(presented)) {
            return response(400, #"{"error":"invalid_grant","error_description":"\#(presented) is spent"}"#)
        }
        let number = state.next
        state.next += 1
        var refresh = ""
        if case .rotating = state.mode, presented != nil {
            state.counting = ["r\(number)"]
            refresh = #","refresh_token":"r\#(number)""#
        }
        return response(
            200, #"{"access_token":"a\#(number)","token_type":"Bearer","expires_in":\#(state.lifetime)\#(refresh)}"#)
    }

    private static func response(_ status: Int, _ body: String) -> Response {
        Response(
            status: .init(code: status), headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }
}
