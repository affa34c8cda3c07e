import HTTPTypes
import Hummingbird
import NIOCore
import PatchbayJSON

extension Response {
    init(_ json: JSON, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) {
        var headers = headers
        headers[.contentType] = "application/json; charset=utf-8"
        self.init(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes())))
    }
}
