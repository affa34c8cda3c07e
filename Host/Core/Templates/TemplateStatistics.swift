/// So many looked at a template on one day, coming from one place. Nothing in it tells who.
package struct TemplateViews: Sendable, Equatable {
    package var template: TemplateID
    /// Days since 1970-01-01, in UTC.
    package var day: Int64
    package var source: String
    package var views: Int

    package init(template: TemplateID, day: Int64, source: String, views: Int) {
        self.template = template
        self.day = day
        self.source = source
        self.views = views
    }
}

/// What became of a template on one day.
package struct TemplateDay: Sendable, Equatable {
    /// Days since 1970-01-01, in UTC.
    package var day: Int64
    package var views: Int
    package var installs: Int
    package var uninstalls: Int
    /// Installations at the day's end; nil: as on the day before.
    package var active: Int?
    /// Of workflows that come from it.
    package var runs: Int

    package init(
        day: Int64, views: Int = 0, installs: Int = 0, uninstalls: Int = 0, active: Int? = nil, runs: Int = 0
    ) {
        self.day = day
        self.views = views
        self.installs = installs
        self.uninstalls = uninstalls
        self.active = active
        self.runs = runs
    }
}

/// Where those who looked at a template came from, most first.
package struct TemplateReferral: Sendable, Equatable {
    package var source: String
    package var views: Int

    package init(source: String, views: Int) {
        self.source = source
        self.views = views
    }
}

extension Timestamp {
    /// Days since 1970-01-01, in UTC.
    package var daysSinceEpoch: Int64 {
        milliseconds >= 0 ? milliseconds / 86_400_000 : (milliseconds - 86_399_999) / 86_400_000
    }
}
