import CPatchbay
import PatchbayJSON

/// One call's way to the host.
struct Call: HostServices {
    let id: pb_call
    let host: Host

    func send(_ request: PreparedRequest) async throws -> HTTPResponse {
        try Task.checkCancellation()
        let reply = HTTPReply()
        try host.send(request, in: id, reply: reply)
        let host = host
        return try await reply.wait { request in host.abort(request) }
    }

    func log(_ level: LogLevel, _ message: String, _ fields: JSONObject) { host.log(id, level, message, fields) }

    func progress(_ fraction: Double?, _ message: String?) { host.progress(id, fraction, message) }

    func retireProcess() -> Bool { host.retireProcess() }
}
