/// Files of time zones, made by hand (RFC 9636).
enum ZoneBytes {
    /// Version 2 with an empty block for old readers.
    static func file(
        changes: [(at: Int64, period: UInt8)] = [], periods: [(offset: Int32, isDaylight: Bool, name: UInt8)],
        names: String, footer: String, leapSeconds: Int = 0
    ) -> [UInt8] {
        var bytes = header(changes: 0, periods: 1, characters: 1, leapSeconds: 0) + [0, 0, 0, 0, 0, 0, 0]
        bytes += header(
            changes: changes.count, periods: periods.count, characters: names.utf8.count, leapSeconds: leapSeconds)
        for change in changes { bytes += big(UInt64(bitPattern: change.at), 8) }
        bytes += changes.map(\.period)
        for period in periods {
            bytes += big(UInt64(UInt32(bitPattern: period.offset)), 4) + [period.isDaylight ? 1 : 0, period.name]
        }
        bytes += names.utf8
        bytes += [UInt8](repeating: 0, count: leapSeconds * 12)
        return bytes + "\n\(footer)\n".utf8
    }

    /// A zone that follows a rule for ever.
    static func rule(_ footer: String, offset: Int32 = 0) -> [UInt8] {
        file(periods: [(offset, false, 0)], names: "AAA\0", footer: footer)
    }

    static func header(changes: Int, periods: Int, characters: Int, leapSeconds: Int) -> [UInt8] {
        var bytes = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
        for count in [0, 0, leapSeconds, changes, periods, characters] { bytes += big(UInt64(count), 4) }
        return bytes
    }

    private static func big(_ number: UInt64, _ width: Int) -> [UInt8] {
        (0..<width).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64(width - 1 - $0))) }
    }
}
