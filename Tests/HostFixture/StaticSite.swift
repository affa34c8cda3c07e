package import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// A web server that holds files, as any would: with entity tags, and without knowing what they are.
package final class StaticSite: Sendable {
    private struct State {
        var files: [String: (bytes: [UInt8], revision: Int)] = [:]
        /// Of all files, so that one which comes back has no tag that was another's.
        var revision = 0
        var status: HTTPResponse.Status?
        var redirect: String?
        var requests: [String] = []
        var unchanged = 0
    }

    private let state = Mutex(State())

    package init() {}

    package func put(_ bytes: [UInt8], at name: String) {
        state.withLock { state in
            state.revision += 1
            state.files[name] = (bytes, state.revision)
        }
    }

    package func remove(_ name: String) { state.withLock { $0.files[name] = nil } }

    /// Answers everything so; nil: as it should.
    package func answer(_ status: HTTPResponse.Status?) { state.withLock { $0.status = status } }

    /// Leads everybody to another address; nil: nobody.
    package func redirect(to url: String?) { state.withLock { $0.redirect = url } }

    /// Names that were asked for, in order.
    package var requests: [String] { state.withLock { $0.requests } }
    /// How often a file was as the asker had it.
    package var unchanged: Int { state.withLock { $0.unchanged } }

    package func listen(_ body: @escaping @Sendable (String) async throws -> Void) async throws {
        let router = Router()
        router.get("/site/:name") { request, context in
            self.response(to: context.parameters.get("name") ?? "", tag: request.headers[.ifNoneMatch])
        }
        try await router.listen { try await body($0 + "/site") }
    }

    private func response(to name: String, tag: String?) -> Response {
        state.withLock { state in
            state.requests.append(name)
            if let url = state.redirect { return Response(status: .found, headers: [.location: url]) }
            if let status = state.status { return Response(status: status) }
            guard let file = state.files[name] else { return Response(status: .notFound) }
            let present = "\"r\(file.revision)\""
            if tag == present {
                state.unchanged += 1
                return Response(status: .notModified, headers: [.eTag: present])
            }
            return Response(
                status: .ok, headers: [.eTag: present], body: ResponseBody(byteBuffer: ByteBuffer(bytes: file.bytes)))
        }
    }
}
