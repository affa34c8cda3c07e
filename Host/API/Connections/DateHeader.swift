import PatchbayCore
import Synchronization

/// The `Date` of answers (RFC 9110, 5.6.7), made once a second.
final class DateHeader: Sendable {
    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private let last = Mutex<(second: Int64, text: String)>((.min, ""))

    func text(at now: Timestamp) -> String {
        let (second, _) = now.milliseconds.quotientAndRemainder(dividingBy: 1_000)
        return last.withLock { last in
            if last.second != second { last = (second, Self.text(ofSecond: second)) }
            return last.text
        }
    }

    /// Of a moment since 1970.
    static func text(ofSecond second: Int64) -> String {
        let (day, rest) = second.quotientAndRemainder(dividingBy: 86_400)
        let date = CivilDate(daysSinceEpoch: day)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let time = "\(two(rest / 3_600)):\(two(rest / 60 % 60)):\(two(rest % 60))"
        let name = days[Int(CivilDate.weekday(daysSinceEpoch: day))]
        return "\(name), \(two(date.day)) \(months[Int(date.month) - 1]) \(date.year) \(time) GMT"
    }
}
