import PatchbayCore

/// How a moment is written: `YYYY-MM-DD HH:mm`. The letters are those that n8n's users know from Moment and Luxon, as far as
/// the two agree or only one has a meaning that is worth anything; others are refused, so that no pattern is half
/// understood. Names of months and days are English.
struct TimePattern {
    /// A run of one letter.
    private enum Field: String, CaseIterable {
        case year = "YYYY", shortYear = "YY"
        case monthName = "MMMM", shortMonthName = "MMM", paddedMonth = "MM", month = "M"
        case dayName = "dddd", shortDayName = "ddd", paddedDay = "DD", day = "D"
        case paddedHour = "HH", hour = "H", paddedHourOfHalf = "hh", hourOfHalf = "h"
        case paddedMinute = "mm", minute = "m", paddedSecond = "ss", second = "s", milliseconds = "SSS"
        case half = "A", lowerHalf = "a", offset = "Z", plainOffset = "ZZ", unixSeconds = "X", unixMilliseconds = "x"
    }

    /// Luxon's letters for the same.
    private static let others: [String: Field] = [
        "yyyy": .year, "yy": .shortYear, "dd": .paddedDay, "d": .day, "EEEE": .dayName, "EEE": .shortDayName,
    ]

    private enum Piece {
        case text(String)
        case field(Field)
    }

    /// Why a text is no pattern.
    struct Refusal: Error {
        var message: String
        var hint: String
    }

    /// Bytes of a pattern.
    private static let longest = 200

    private var pieces: [Piece] = []

    init(_ pattern: String) throws(Refusal) {
        guard pattern.utf8.count <= Self.longest else {
            throw Refusal(message: "a time's pattern may have \(Self.longest) bytes", hint: "join shorter ones with +")
        }
        var rest = Array(pattern.unicodeScalars)[...]
        while let first = rest.first {
            if first == "[" || first == "'" {
                let closing: Unicode.Scalar = first == "[" ? "]" : "'"
                guard let end = rest.dropFirst().firstIndex(of: closing) else {
                    throw Refusal(
                        message: "the text behind \(first) is not closed in \(pattern.quoted)",
                        hint: "end it with \(closing)")
                }
                pieces.append(.text(Self.string(rest[(rest.startIndex + 1)..<end])))
                rest = rest[(end + 1)...]
            } else if first.isASCII, first.properties.isAlphabetic {
                let run = rest.prefix { $0 == first }
                pieces.append(.field(try Self.field(Self.string(run), in: pattern)))
                rest = rest.dropFirst(run.count)
            } else {
                pieces.append(.text(String(Character(first))))
                rest = rest.dropFirst()
            }
        }
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    private static func field(_ letters: String, in pattern: String) throws(Refusal) -> Field {
        if let field = Field(rawValue: letters) ?? others[letters] { return field }
        throw Refusal(
            message: "\(letters.quoted) is no part of a time, in the pattern \(pattern.quoted)",
            hint: "parts are \(Field.allCases.map(\.rawValue).joined(separator: ", ")); text stands in [brackets]")
    }

    /// The text of a moment in a zone.
    func text(seconds: Int64, nanoseconds: Int32, in zone: TimeZoneRules) -> String {
        let time = zone.civilTime(at: seconds)
        let offset = zone.period(at: seconds).offset
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let part): text += part
            case .field(let field):
                text += Self.text(of: field, time, seconds, milliseconds: Int64(nanoseconds) / 1_000_000, offset)
            }
        }
        return text
    }

    private static func text(
        of field: Field, _ time: CivilTime, _ seconds: Int64, milliseconds: Int64, _ offset: Int64
    ) -> String {
        let (date, hourOfHalf) = (time.date, (time.hour + 11) % 12 + 1)
        switch field {
        case .year: return padded(date.year, 4)
        case .shortYear: return padded(date.year % 100, 2)
        case .monthName: return months[Int(date.month) - 1]
        case .shortMonthName: return String(months[Int(date.month) - 1].prefix(3))
        case .paddedMonth: return padded(date.month, 2)
        case .month: return "\(date.month)"
        case .dayName: return days[Int(date.weekday ?? 0)]
        case .shortDayName: return String(days[Int(date.weekday ?? 0)].prefix(3))
        case .paddedDay: return padded(date.day, 2)
        case .day: return "\(date.day)"
        case .paddedHour: return padded(time.hour, 2)
        case .hour: return "\(time.hour)"
        case .paddedHourOfHalf: return padded(hourOfHalf, 2)
        case .hourOfHalf: return "\(hourOfHalf)"
        case .paddedMinute: return padded(time.minute, 2)
        case .minute: return "\(time.minute)"
        case .paddedSecond: return padded(time.second, 2)
        case .second: return "\(time.second)"
        case .milliseconds: return padded(milliseconds, 3)
        case .half: return time.hour < 12 ? "AM" : "PM"
        case .lowerHalf: return time.hour < 12 ? "am" : "pm"
        case .offset: return text(ofOffset: offset, separator: ":")
        case .plainOffset: return text(ofOffset: offset, separator: "")
        case .unixSeconds: return "\(seconds)"
        case .unixMilliseconds: return "\(seconds * 1_000 + milliseconds)"
        }
    }

    private static func text(ofOffset offset: Int64, separator: String) -> String {
        let minutes = Int64(offset.magnitude) / 60
        return (offset < 0 ? "-" : "+") + padded(minutes / 60, 2) + separator + padded(minutes % 60, 2)
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = "\(number.magnitude)"
        let zeros = String(repeating: "0", count: max(0, width - digits.utf8.count))
        return (number < 0 ? "-" : "") + zeros + digits
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    private static let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
}
