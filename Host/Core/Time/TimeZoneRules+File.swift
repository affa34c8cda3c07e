extension TimeZoneRules {
    /// Why bytes are no zone.
    package struct Failure: Error, Sendable, Hashable {
        package var message: String
    }

    /// Reads a zone in the format of the zone database's files (TZif, RFC 9636; versions 1 to 4).
    ///
    /// Files that count leap seconds (`right/…`) are refused: a day has 86,400 seconds here.
    package init(parsing bytes: [UInt8]) throws(Failure) {
        var reader = ZoneReader(bytes: bytes)
        var header = try reader.header()
        var width = 4
        if header.version >= 2 {
            // What follows was written for readers of 32 bits.
            try reader.skip(header.length(width: 4))
            header = try reader.header()
            width = 8
        }
        guard header.leapSeconds == 0 else { throw Failure(message: "the zone counts leap seconds") }
        guard header.periods > 0, header.characters > 0 else { throw Failure(message: "the zone has no period") }
        guard header.length(width: width) <= bytes.count else { throw ZoneReader.tooShort }

        var changes: [Int64] = []
        for _ in 0..<header.changes {
            let change = try reader.signed(width)
            if let last = changes.last, change <= last { throw Failure(message: "the changes are in disorder") }
            changes.append(change)
        }
        var periodsAfter: [Int] = []
        for _ in 0..<header.changes {
            let period = Int(try reader.unsigned(1))
            guard period < header.periods else { throw Failure(message: "a change leads to no period") }
            periodsAfter.append(period)
        }
        var raw: [(offset: Int64, isDaylight: Bool, name: Int)] = []
        for _ in 0..<header.periods {
            raw.append((try reader.signed(4), try reader.unsigned(1) != 0, Int(try reader.unsigned(1))))
        }
        let names = try reader.take(header.characters)
        var periods: [Period] = []
        for (offset, isDaylight, name) in raw {
            guard offset > -90_000, offset < 93_600 else { throw Failure(message: "an offset is beyond 26 hours") }
            let text = names.dropFirst(name).prefix { $0 != 0 }
            guard name < names.count, text.endIndex < names.endIndex else {
                throw Failure(message: "an abbreviation has no end")
            }
            periods.append(
                Period(
                    offset: offset, isDaylight: isDaylight, abbreviation: String(decoding: text, as: UTF8.self)))
        }
        try reader.skip(header.indicators)
        let footer = width == 8 ? try reader.footer() : []
        let rule = YearlyRule(footer)
        guard footer.isEmpty || rule != nil else { throw Failure(message: "the rule for later years cannot be read") }
        self.init(
            changes: changes.map(Self.bounded), periodsAfter: periodsAfter, periods: periods, rule: rule)
    }
}

private struct ZoneReader {
    struct Header {
        var version: UInt8
        var leapSeconds: Int
        var changes: Int
        var periods: Int
        var characters: Int
        /// Marks of how the source wrote its times; one byte each.
        var indicators: Int

        /// Bytes of the block that follows; times take 4 or 8.
        func length(width: Int) -> Int {
            changes * (width + 1) + periods * 6 + characters + leapSeconds * (width + 4) + indicators
        }
    }

    static let tooShort = TimeZoneRules.Failure(message: "the file ends too early")

    let bytes: [UInt8]
    var place = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func header() throws(TimeZoneRules.Failure) -> Header {
        guard try take(4).elementsEqual("TZif".utf8) else {
            throw TimeZoneRules.Failure(message: "this is no file of a time zone")
        }
        let version = try take(1).first ?? 0
        try skip(15)
        var counts: [Int] = []
        for _ in 0..<6 { counts.append(Int(try unsigned(4))) }
        return Header(
            version: version == 0 ? 1 : version &- UInt8(ascii: "0"), leapSeconds: counts[2], changes: counts[3],
            periods: counts[4], characters: counts[5], indicators: counts[0] + counts[1])
    }

    /// Between line breaks.
    mutating func footer() throws(TimeZoneRules.Failure) -> ArraySlice<UInt8> {
        guard try take(1).first == 0x0A else { throw TimeZoneRules.Failure(message: "the file has no footer") }
        let text = bytes[place...].prefix { $0 != 0x0A }
        guard text.endIndex < bytes.count else { throw Self.tooShort }
        place = text.endIndex + 1
        return text
    }

    mutating func take(_ count: Int) throws(TimeZoneRules.Failure) -> ArraySlice<UInt8> {
        guard count <= bytes.count - place else { throw Self.tooShort }
        defer { place += count }
        return bytes[place..<place + count]
    }

    mutating func skip(_ count: Int) throws(TimeZoneRules.Failure) { _ = try take(count) }

    mutating func unsigned(_ width: Int) throws(TimeZoneRules.Failure) -> UInt64 {
        try take(width).reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func signed(_ width: Int) throws(TimeZoneRules.Failure) -> Int64 {
        let value = try unsigned(width)
        return width == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
    }
}
