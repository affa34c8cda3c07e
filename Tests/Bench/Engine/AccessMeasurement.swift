import PatchbayCore
import PatchbayJSON

/// What it costs that a request is let through: who sends it, which tenant it is about, and whether they may. One client asks
/// for something that is not there, of an address that anybody may ask and of one that needs a permission, in turns; both are
/// answered by the same means, and neither asks the database for more than who it is.
enum AccessMeasurement {
    private static let rounds = 10
    private static let requests = 300
    /// What an open address answers with 404, and what one that needs `workflow:read` does.
    private static let open = "/auth/oidc/nobody/start"
    private static let guarded = "/workflows/nobody"

    @concurrent static func run(in workshop: Workshop) async throws {
        let host = try HostProcess(on: workshop.target)
        defer { host.stop() }
        do {
            try measure(at: host.port)
        } catch {
            throw BenchError("\(error); the host said: \(host.words)")
        }
    }

    private static func measure(at port: UInt16) throws {
        let (session, key) = try callers(at: port)
        var ways: [(name: String, load: HTTPLoad, figures: [Double])] = []
        defer { for way in ways { way.load.close() } }
        for (name, path, header) in [
            ("nobody", open, nil), ("an API key", guarded, "Authorization: Bearer " + key),
            ("a session", guarded, "Cookie: patchbay_session=" + session),
        ] as [(String, String, String?)] {
            let load = try HTTPLoad(1, port: port, request: request(path, header), status: 404)
            ways.append((name, load, []))
        }
        // The first ones open connections to the database, and are not counted.
        for index in ways.indices { _ = try ways[index].load.run(requests) }
        for _ in 0..<rounds {
            for index in ways.indices { ways[index].figures += try ways[index].load.run(requests) }
        }
        let least = ways[0].figures.percentile(0.5)
        for way in ways.dropFirst() {
            let (half, most) = (way.figures.percentile(0.5), way.figures.percentile(0.99))
            EngineBench.report(
                "access to a route by \(way.name), beyond an open route's \(least.text(3)) ms",
                "p50 \((half - least).text(3)) ms (whole: p50 \(half.text(3)), p99 \(most.text(3)))",
                budget: "p50 0.3 ms")
        }
    }

    /// The session and the API key of somebody who was invited.
    private static func callers(at port: UInt16) throws -> (session: String, key: String) {
        let invited = try HTTPQuestion.post(
            "/invitations", ["email": "ann@example.com", "role": "editor"],
            headers: ["Authorization: Bearer \(HostProcess.key)"], at: port)
        let joined = try HTTPQuestion.post(
            "/auth/register",
            ["token": invited.body["token"] ?? .null, "name": "Ann", "password": "correct horse battery"], headers: [],
            at: port)
        guard let session = joined.cookie("patchbay_session"), let proof = joined.body["csrf_token"]?.string else {
            throw BenchError("nobody was signed in")
        }
        let made = try HTTPQuestion.post(
            "/api-keys", ["name": "measurements", "permissions": ["workflow:read"]],
            headers: ["Cookie: patchbay_session=\(session)", "X-CSRF-Token: \(proof)"], at: port)
        guard let key = made.body["key"]?.string else { throw BenchError("no key was made") }
        return (session, key)
    }

    private static func request(_ path: String, _ header: String?) -> [UInt8] {
        let head = ["GET /api/v1\(path) HTTP/1.1", "Host: 127.0.0.1"] + [header].compactMap(\.self) + ["", ""]
        return Array(head.joined(separator: "\r\n").utf8)
    }
}
