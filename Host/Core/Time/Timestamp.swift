/// A moment, in milliseconds since 1970-01-01T00:00:00Z. Time zones and calendars belong to where text is made.
package struct Timestamp: Hashable, Sendable, Comparable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static func < (a: Self, b: Self) -> Bool { a.milliseconds < b.milliseconds }
    package static func + (a: Self, milliseconds: Int64) -> Self { Self(milliseconds: a.milliseconds &+ milliseconds) }
    /// The milliseconds from `b` to `a`.
    package static func - (a: Self, b: Self) -> Int64 { a.milliseconds - b.milliseconds }
}

/// Where the time comes from, so that tests need not wait for it.
package protocol TimeSource: Sendable {
    var now: Timestamp { get }
}
