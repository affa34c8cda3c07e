import FoundationEssentials
import PatchbayCore

/// A letter as it goes over the wire (RFC 5322, RFC 2045): all of it ASCII, the text in base 64.
enum Letter {
    /// `id` is what stands before the `@` of the message's id.
    static func bytes(_ mail: Mail, from sender: String, id: String, at seconds: Int64) -> [UInt8] {
        let host = sender.split(separator: "@").last.map(String.init) ?? "localhost"
        let text = mail.text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n") + "\r\n"
        let lines = [
            "From: Patchbay <\(sender)>", "To: <\(mail.to)>", "Subject: \(plain(mail.subject))",
            "Date: \(date(seconds))", "Message-ID: <\(id)@\(host)>", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64",
            // No automatic answers to what a program wrote (RFC 3834, 5).
            "Auto-Submitted: auto-generated", "",
            Data(text.utf8).base64EncodedString(options: [
                .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
            ]),
            "",
        ]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    /// On one line, in ASCII.
    private static func plain(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { (0x20...0x7E).contains($0.value) ? $0 : "?" }))
    }

    /// RFC 5322, 3.3, in UTC.
    private static func date(_ seconds: Int64) -> String {
        let days = seconds / 86_400
        let clock = [seconds % 86_400 / 3_600, seconds % 3_600 / 60, seconds % 60]
        let day = CivilDate(daysSinceEpoch: days)
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return "\(weekdays[Int(days % 7)]), \(day.day) \(months[Int(day.month) - 1]) \(day.year) "
            + clock.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":") + " +0000"
    }
}
