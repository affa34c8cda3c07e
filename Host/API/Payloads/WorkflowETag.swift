import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayJSON

/// What an `ETag` says of a workflow: its version, and whether it is paused. `"3"`, `"3-paused"`.
struct WorkflowETag: Equatable {
    let version: Int
    let isPaused: Bool

    init(_ record: WorkflowRecord) {
        version = record.version
        isPaused = record.status == .paused
    }

    var text: String { isPaused ? "\"\(version)-paused\"" : "\"\(version)\"" }
}

/// The tags that a request names in `If-Match` or `If-None-Match` (RFC 9110, 13.1).
struct EntityTags {
    let isAny: Bool
    private let tags: [Substring]

    /// Nil when the request names none. Throws when what it names is no tag.
    init?(_ header: HTTPField.Name, of request: Request) throws(APIError) {
        let values = request.headers[values: header]
        guard !values.isEmpty else { return nil }
        let text = values.joined(separator: ",")
        let parts = text.split(separator: ",").map { Self.trimmed($0) }
        isAny = parts == ["*"]
        tags = isAny ? [] : parts.map { $0.hasPrefix("W/") ? $0.dropFirst(2) : $0 }
        let areTags = tags.allSatisfy { tag in
            tag.utf8.count >= 2 && tag.first == "\"" && tag.last == "\"" && !tag.dropFirst().dropLast().contains("\"")
        }
        guard areTags, isAny || (1...100).contains(tags.count) else {
            throw .invalid(
                [
                    Problem(
                        code: "bad-header", pointer: header.rawName,
                        message: "'\(header.rawName)' must be the 'ETag' that came with what is meant, or *",
                        hint: "an ETag has double quotes around it, such as \"3\"")
                ], what: "request")
        }
    }

    /// Weak tags count as strong ones: proxies that compress make them so, and there is one representation only.
    func contains(_ tag: String) -> Bool { isAny || tags.contains { $0 == tag } }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0 == " " || $0 == "\t" }
        guard let end = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return start[...end]
    }
}

extension APIError {
    /// What was to be changed is not any more what the request says it is.
    static func moved(_ record: WorkflowRecord) -> APIError {
        let tag = WorkflowETag(record)
        return APIError(
            .preconditionFailed,
            "The workflow has changed: it is at version \(record.version), and \(record.status.rawValue). Read it again.",
            details: [
                "workflow_id": .string(record.id.description), "current_version": .int(Int64(record.version)),
                "status": .string(record.status.rawValue), "etag": .string(tag.text),
            ], headers: [.eTag: tag.text])
    }
}
