import PatchbayCore
import Synchronization

/// Numbers of templates as the real store keeps them; only views are counted.
final class MemoryStatistics: TemplateStatisticsStore {
    private let views: Mutex<[TemplateViews]> = Mutex([])
    private let isAway = Mutex(false)

    struct Away: Error {}

    func setAway(_ away: Bool) { isAway.withLock { $0 = away } }

    func add(_ more: [TemplateViews]) async throws {
        if isAway.withLock(\.self) { throw Away() }
        views.withLock { $0 += more }
    }

    private func views(of template: TemplateID, _ days: ClosedRange<Int64>) -> [TemplateViews] {
        views.withLock { $0.filter { $0.template == template && days.contains($0.day) } }
    }

    func days(of template: TemplateID, _ days: ClosedRange<Int64>) async throws -> [TemplateDay] {
        Dictionary(grouping: views(of: template, days), by: \.day).map { day, views in
            TemplateDay(day: day, views: views.map(\.views).reduce(0, +))
        }.sorted { $0.day < $1.day }
    }

    func referrals(
        of template: TemplateID, _ days: ClosedRange<Int64>, limit: Int
    ) async throws -> [TemplateReferral] {
        Dictionary(grouping: views(of: template, days), by: \.source).map { source, views in
            TemplateReferral(source: source, views: views.map(\.views).reduce(0, +))
        }.sorted { ($1.views, $0.source) < ($0.views, $1.source) }
    }
}
