extension TimeZoneRules {
    /// `UTC`, `GMT`, `Z`, or an offset of hours and minutes, `+02:00`, `-0930`, `05:30`; nil for any other text.
    package init?(fixed text: String) {
        switch text {
        case "UTC", "Etc/UTC", "Z":
            self = .utc
            return
        case "GMT", "Etc/GMT":
            self.init(offset: 0, abbreviation: "GMT")
            return
        default: break
        }
        var digits = text.utf8[...]
        let isWest = digits.first == UInt8(ascii: "-")
        if isWest || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
        guard digits.count == 5 || digits.count == 4 else { return nil }
        if digits.count == 5 {
            let colon = digits.index(digits.startIndex, offsetBy: 2)
            guard digits[colon] == UInt8(ascii: ":") else { return nil }
        }
        let values = digits.filter { $0 != UInt8(ascii: ":") }.map { Int64($0) - 0x30 }
        guard values.count == 4, values.allSatisfy({ (0...9).contains($0) }) else { return nil }
        let (hours, minutes) = (values[0] * 10 + values[1], values[2] * 10 + values[3])
        guard hours < 24, minutes < 60 else { return nil }
        let shown = "\(isWest ? "-" : "+")\(values[0])\(values[1]):\(values[2])\(values[3])"
        self.init(offset: (isWest ? -1 : 1) * (hours * 3_600 + minutes * 60), abbreviation: shown)
    }
}
