extension HTTPResponse {
    /// How long to wait, as `Retry-After` says (RFC 9110 §10.2.3), at most a day; nil when it says nothing readable.
    /// A date counts from the answer's own `Date`, so that it does not matter how this machine's clock stands.
    public var retryAfter: Duration? {
        guard let text = header("retry-after") else { return nil }
        if let seconds = Int(text) { return seconds < 0 ? nil : .seconds(min(seconds, 86_400)) }
        guard let moment = secondsSince1970(httpDate: text) else { return nil }
        return wait(until: moment)
    }

    /// How long from the answer's `Date` to a moment in seconds since 1970, as rate limits tell it; 0 when that has
    /// passed, at most a day, nil when the answer has no readable `Date`.
    public func wait(until moment: Int64) -> Duration? {
        guard let now = header("date").flatMap(secondsSince1970(httpDate:)) else { return nil }
        return moment > now ? .seconds(min(moment - now, 86_400)) : .zero
    }

    /// The target of the first `Link` (RFC 8288) of this relation, such as `next`; as it stands there, so it may be
    /// relative.
    public func link(_ relation: String) -> String? {
        for (name, value) in headers where name == "link" {
            if let target = linkTarget(of: relation, in: value) { return target }
        }
        return nil
    }
}

/// Reads `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that servers may send (RFC 9110 §5.6.7); nil for anything else.
func secondsSince1970(httpDate text: String) -> Int64? {
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT", let day = Int64(parts[1]), (1...31).contains(day),
        let month = months.firstIndex(of: String(parts[2])), let year = Int64(parts[3]), (1970...9999).contains(year)
    else { return nil }
    let clock = parts[4].split(separator: ":").compactMap { Int64($0) }
    guard clock.count == 3, (0..<24).contains(clock[0]), (0..<60).contains(clock[1]), (0...60).contains(clock[2])
    else { return nil }
    // Years begin in March here, so that the leap day is the last of its year.
    let (marchYear, marchMonth) = month < 2 ? (year - 1, Int64(month) + 10) : (year, Int64(month) - 2)
    let leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400
    let days = marchYear * 365 + leapDays + (marchMonth * 153 + 2) / 5 + day - 1 - 719_468
    return ((days * 24 + clock[0]) * 60 + clock[1]) * 60 + clock[2]
}

private let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

/// Looks through `<target>; name=value; name="value", <target>…`.
private func linkTarget(of relation: String, in text: String) -> String? {
    var rest = Substring(text)
    while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
        let target = rest[rest.index(after: open)..<close]
        var parameters: [Substring] = []
        var start = rest.index(after: close)
        var isQuoted = false
        var position = start
        // A comma ends the link and a semicolon a parameter, unless they stand in quotes.
        while position < rest.endIndex, isQuoted || rest[position] != "," {
            if rest[position] == "\"" { isQuoted.toggle() }
            if !isQuoted, rest[position] == ";" {
                parameters.append(rest[start..<position])
                start = rest.index(after: position)
            }
            position = rest.index(after: position)
        }
        parameters.append(rest[start..<position])
        rest = rest[position...]
        if parameters.contains(where: { names($0, relation) }) { return String(target) }
    }
    return nil
}

/// Whether a parameter is `rel` with this word among its values.
private func names(_ parameter: Substring, _ relation: String) -> Bool {
    let halves = parameter.split(separator: "=", maxSplits: 1)
    guard halves.count == 2, halves[0].filter({ $0 != " " }).lowercased() == "rel" else { return false }
    let words = halves[1].filter { $0 != "\"" }.split(separator: " ")
    return words.contains { $0.lowercased() == relation.lowercased() }
}
