import HTTPTypes
import PatchbayCore
import PatchbayJSON

extension APIError {
    /// Nil: the caller has written none.
    static func noReview(_ id: String?) -> APIError {
        guard let id else {
            return APIError(.reviewNotFound, "You have not reviewed the template.", details: ["review_id": .null])
        }
        return APIError(
            .reviewNotFound, "There is no review with the id \(id.quoted).",
            details: ["review_id": .string(id.shortened(to: 80))])
    }

    static let notInstalled = APIError(
        .reviewRefused,
        "Only who has installed a template reviews it, and your tenant never has. Members of several tenants name the one "
            + "that they mean in 'X-Tenant-ID'.", details: ["reason": "not_installed"])

    static let ownTemplate = APIError(
        .reviewRefused, "The template is your own tenant's, which does not review it.",
        details: ["reason": "own_template"])

    /// Nil: the tenant has said nothing of itself.
    static func noPublisher(_ id: String?) -> APIError {
        guard let id else {
            return APIError(
                .publisherNotFound, "Your tenant has no profile. Make one with: PUT /api/v1/publisher",
                details: ["publisher_id": .null])
        }
        return APIError(
            .publisherNotFound, "There is no publisher with the id \(id.quoted).",
            details: ["publisher_id": .string(id.shortened(to: 80))])
    }

    init(_ taken: PublisherNameTaken) {
        self.init(
            .publisherNameTaken, "Another publisher is called \(taken.name.quoted). Choose another name.",
            details: ["name": .string(taken.name)])
    }

    static func noReport(_ id: String) -> APIError {
        APIError(
            .reportNotFound, "There is no report with the id \(id.quoted).",
            details: ["report_id": .string(id.shortened(to: 80))])
    }

    init(_ conflict: ReportConflict) {
        switch conflict {
        case .isOpen(let report):
            self.init(
                .reportConflict, "You have reported this already, and the moderators have not decided yet.",
                details: ["report_id": .string(report.description), "state": "open"])
        case .isClosed(let state):
            self.init(
                .reportConflict, "The report is \(state.rawValue) already.",
                details: ["report_id": .null, "state": .string(state.rawValue)])
        }
    }
}
