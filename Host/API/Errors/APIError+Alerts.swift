import HTTPTypes
import PatchbayCore
import PatchbayJSON

extension APIError {
    static func noAlert(_ id: String) -> APIError {
        APIError(
            .alertNotFound, "There is no alert with the id \(id.quoted).",
            details: ["alert_id": .string(id.shortened(to: 80))])
    }

    /// What was to be changed is not any more what the request says it is.
    static func moved(_ rule: AlertRule) -> APIError {
        APIError(
            .preconditionFailed, "The alert has changed: it is at version \(rule.version). Read it again.",
            details: [
                "alert_id": .string(rule.id.description), "current_version": .int(Int64(rule.version)),
                "etag": .string(rule.etag),
            ], headers: [.eTag: rule.etag])
    }

    static let tooManyAlerts = APIError(
        .quotaExceeded, "The tenant has \(AlertLimits.most) alerts, which is the most. Delete one first.",
        details: [
            "quota": "alerts", "used": .int(Int64(AlertLimits.most)), "limit": .int(Int64(AlertLimits.most)),
        ])
}
