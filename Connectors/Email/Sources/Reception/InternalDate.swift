import Glibc

/// Seconds since 1970 of `17-Jul-1996 02:44:25 -0700` (RFC 3501 §9); nil for anything else.
func secondsSince1970(internalDate text: String) -> Int? {
    let parts = text.split(separator: " ")
    guard parts.count == 3 else { return nil }
    let (date, clock, zone) = (parts[0].split(separator: "-"), parts[1].split(separator: ":"), parts[2])
    let numbers = clock.compactMap { Int32($0) }
    guard date.count == 3, let day = Int32(date[0]), let month = mailMonths.firstIndex(of: date[1].capitalized),
        let year = Int32(date[2]), (1970...9999).contains(year), (1...31).contains(day), numbers.count == 3,
        zone.count == 5, let offset = Int(zone.dropFirst()), zone.hasPrefix("+") || zone.hasPrefix("-")
    else { return nil }
    var moment = tm()
    (moment.tm_year, moment.tm_mon, moment.tm_mday) = (year - 1900, Int32(month), day)
    (moment.tm_hour, moment.tm_min, moment.tm_sec) = (numbers[0], numbers[1], numbers[2])
    let shift = (offset / 100 * 60 + offset % 100) * 60
    return timegm(&moment) - (zone.hasPrefix("-") ? -shift : shift)
}

/// `21-Nov-2026`, of the day before, since servers search by days of their own zone.
func searchDate(before seconds: Int) -> String {
    var (moment, parts) = (time_t(max(0, seconds - 86_400)), tm())
    gmtime_r(&moment, &parts)
    return "\(parts.tm_mday)-\(mailMonths[Int(parts.tm_mon)])-\(parts.tm_year + 1900)"
}

/// `2026-11-21T19:00:00Z`.
func timestamp(secondsSince1970 seconds: Int) -> String {
    var (moment, parts) = (time_t(seconds), tm())
    gmtime_r(&moment, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T"
        + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
}

extension Substring {
    /// `JAN` as `Jan`.
    fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst().lowercased() }
}
