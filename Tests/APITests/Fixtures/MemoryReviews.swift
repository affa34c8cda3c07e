import PatchbayCore
import Synchronization

/// Reviews and reports as the real store keeps them.
final class MemoryReviews: ReviewStore {
    private struct State {
        var reviews: [TemplateReview] = []
        var reports: [TemplateReport] = []
    }

    private let state = Mutex(State())
    private let templates: MemoryTemplates

    init(templates: MemoryTemplates) { self.templates = templates }

    func installedVersion(of template: TemplateID, in tenant: TenantID) async throws -> Version? {
        templates.installedVersion(of: template, in: tenant)
    }

    func put(_ review: TemplateReview) async throws -> TemplateReview? {
        guard try await templates.listing(review.template) != nil else { return nil }
        let stored = state.withLock { state in
            var review = review
            if let index = state.reviews.firstIndex(where: {
                $0.template == review.template && $0.reviewer == review.reviewer
            }) {
                let former = state.reviews.remove(at: index)
                review.id = former.id
                review.createdAt = former.createdAt
                review.hiddenReason = former.hiddenReason
            }
            state.reviews.append(review)
            return review
        }
        rate(review.template)
        return stored
    }

    func removeReview(by reviewer: Participant, of template: TemplateID) async throws -> Bool {
        let isRemoved = state.withLock { state in
            let count = state.reviews.count
            state.reviews.removeAll { $0.template == template && $0.reviewer == reviewer }
            return state.reviews.count < count
        }
        rate(template)
        return isRemoved
    }

    func review(by reviewer: Participant, of template: TemplateID) async throws -> TemplateReview? {
        state.withLock { $0.reviews.first { $0.template == template && $0.reviewer == reviewer } }
    }

    func review(_ id: ReviewID, of template: TemplateID) async throws -> TemplateReview? {
        state.withLock { $0.reviews.first { $0.template == template && $0.id == id } }
    }

    func reviews(of template: TemplateID, hidden: Bool, page: PageRequest) async throws -> Page<TemplateReview> {
        try Page(
            of: state.withLock { state in
                state.reviews.filter { $0.template == template && (hidden || $0.hiddenReason == nil) }.reversed()
            }, page)
    }

    func setHidden(_ reason: String?, _ id: ReviewID, of template: TemplateID) async throws -> TemplateReview? {
        let changed: TemplateReview? = state.withLock { state in
            guard let index = state.reviews.firstIndex(where: { $0.template == template && $0.id == id }) else {
                return nil
            }
            state.reviews[index].hiddenReason = reason
            return state.reviews[index]
        }
        rate(template)
        return changed
    }

    private func rate(_ template: TemplateID) {
        let rating = state.withLock { state in
            let shown = state.reviews.filter { $0.template == template && $0.hiddenReason == nil }
            return TemplateRating(reviews: shown.count, stars: shown.map(\.stars).reduce(0, +))
        }
        templates.rate(template, rating)
    }

    // MARK: Reports

    func create(_ report: TemplateReport) async throws {
        try state.withLock { state in
            let open = state.reports.first {
                $0.state == .open && $0.template == report.template && $0.review == report.review
                    && $0.reporter == report.reporter
            }
            if let open { throw ReportConflict.isOpen(open.id) }
            state.reports.append(report)
        }
    }

    func reports(in wanted: TemplateReport.State, page: PageRequest) async throws -> Page<TemplateReport> {
        try Page(of: state.withLock { $0.reports.filter { $0.state == wanted } }, page)
    }

    func report(_ id: ReportID) async throws -> TemplateReport? {
        state.withLock { $0.reports.first { $0.id == id } }
    }

    func close(
        _ id: ReportID, as wanted: TemplateReport.State, note: String, by actor: String, at: Timestamp
    ) async throws -> TemplateReport? {
        try state.withLock { state in
            guard let index = state.reports.firstIndex(where: { $0.id == id }) else { return nil }
            guard state.reports[index].state == .open else {
                throw ReportConflict.isClosed(state.reports[index].state)
            }
            state.reports[index].state = wanted
            state.reports[index].note = note
            state.reports[index].decidedBy = actor
            state.reports[index].decidedAt = at
            return state.reports[index]
        }
    }
}
