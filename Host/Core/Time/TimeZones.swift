/// Where the rules of time zones come from, so that those who reckon with them need not read files.
package protocol TimeZones: Sendable {
    /// The rules of a zone by its name in the IANA database (`Europe/Berlin`), of `UTC`, or of a fixed offset (`+02:00`).
    /// Nil when there is no such zone.
    func rules(named name: String) -> TimeZoneRules?
}

/// UTC and fixed offsets, for which no database is needed.
package struct FixedTimeZones: TimeZones {
    package init() {}

    package func rules(named name: String) -> TimeZoneRules? { TimeZoneRules(fixed: name) }
}
