import HTTPTypes
import PatchbayCore
import PatchbayJSON

extension APIError {
    static func noIndex(_ id: String) -> APIError {
        APIError(
            .indexNotFound, "There is no index \(id.quoted).", details: ["index_id": .string(id.shortened(to: 80))])
    }

    init(_ conflict: IndexConflict) {
        switch conflict {
        case .nameTaken(let name):
            self.init(
                .indexConflict, "Another index is called \(name.quoted). Choose another name.",
                details: ["name": .string(name)])
        case .tooMany(let most):
            self.init(
                .indexConflict,
                "The installation follows \(most) indexes already, which are the most. Remove one first.",
                details: ["limit": .int(Int64(most))])
        }
    }

    /// A template that is offered by an index only, and cannot be had from there.
    init(_ failure: IndexFailure) {
        switch failure.code {
        case .busy: self.init(.busy, failure.message, headers: [.retryAfter: "1"])
        default: self.init(.fetchFailed, failure.message, details: ["reason": .string(failure.code.rawValue)])
        }
    }
}
