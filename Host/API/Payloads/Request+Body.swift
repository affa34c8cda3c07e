import HTTPTypes
import Hummingbird
import NIOCore
import PatchbayCore
import PatchbayJSON

extension Request {
    /// The whole body. Refused as soon as it is known to be larger than `limit` bytes.
    func bytes(limit: Int) async throws -> [UInt8] {
        if let announced = headers[.contentLength].flatMap({ Int($0) }), announced > limit {
            throw Self.tooLarge(limit, announced: announced)
        }
        do {
            return Array(buffer: try await body.collect(upTo: limit))
        } catch is NIOTooManyBytesError {
            throw Self.tooLarge(limit, announced: nil)
        }
    }

    /// The body as JSON. `whenEmpty` stands for a body of no bytes; without it that is an error too.
    func json(limit: Int, whenEmpty: JSON? = nil) async throws -> JSON {
        let type = MediaType(headers[.contentType])
        guard type.isJSON || headers[.contentType] == nil else {
            throw APIError(
                .unsupportedMediaType,
                "The body must be JSON; send it with 'Content-Type: application/json' instead of '\(type.name)'.")
        }
        let bytes = try await bytes(limit: limit)
        if bytes.isEmpty, let whenEmpty { return whenEmpty }
        return try JSON(body: bytes)
    }

    private static func tooLarge(_ limit: Int, announced: Int?) -> APIError {
        let size = announced.map { "has \($0) bytes" } ?? "is too large"
        var details: JSONObject = ["limit_bytes": .int(Int64(limit))]
        if let announced { details["announced_bytes"] = .int(Int64(announced)) }
        return APIError(
            .bodyTooLarge, "The body \(size); the limit is \(limit) bytes (\(humanReadable(limit))).", details: details)
    }
}

extension JSON {
    /// Reads a request's body; what is wrong with it is the sender's to know, with the place.
    init(body: [UInt8]) throws(APIError) {
        guard !body.isEmpty else {
            throw APIError(.invalidJSON, "The body is empty; it must be JSON.", details: ["line": 1, "column": 1])
        }
        do {
            try self.init(parsing: body)
        } catch {
            throw APIError(
                .invalidJSON, "The body is no JSON: \(error)",
                details: [
                    "line": .int(Int64(error.line)), "column": .int(Int64(error.column)),
                    "offset": .int(Int64(error.offset)),
                ])
        }
    }
}

private func humanReadable(_ bytes: Int) -> String {
    if bytes >= 1 << 20, bytes % (1 << 20) == 0 { return "\(bytes >> 20) MiB" }
    if bytes >= 1 << 10, bytes % (1 << 10) == 0 { return "\(bytes >> 10) KiB" }
    return "\(bytes) bytes"
}
