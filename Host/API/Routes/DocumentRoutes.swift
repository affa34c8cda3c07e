import HTTPTypes
import Hummingbird
import NIOCore
import PatchbayJSON

/// The API's own document. For everybody: what the API is is no secret, and clients are made before anybody signs in.
struct DocumentRoutes {
    /// Written once: it is long, and the same for everybody.
    private let document: ByteBuffer

    init(version: String, publicURL: String?) {
        document = ByteBuffer(bytes: OpenAPIDocument(version: version, server: publicURL).json.bytes())
    }

    var routes: [Route] { [Route(.get, "/openapi.json", get)] }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        return Response(
            status: .ok, headers: [.contentType: "application/json; charset=utf-8"],
            body: ResponseBody(byteBuffer: document))
    }
}
