import ConnectorSDK

/// A message with everything decided, and how it is written (RFC 5322, RFC 2045 and on).
struct MailMessage {
    var from: Mailbox
    var to: [Mailbox]
    var cc: [Mailbox]
    var replyTo: [Mailbox]
    var subject: String
    var text: String?
    var html: String?
    var attachments: [Attachment]
    /// Further headers, checked.
    var headers: [(name: String, value: String)]
    /// With its angle brackets.
    var id: String
    /// As RFC 5322 has dates.
    var date: String

    /// Lines end by CR LF; none is longer than 998 bytes.
    var bytes: [UInt8] {
        var head = "Date: \(date)\r\nFrom: \(from.text)\r\n"
        for (name, boxes) in [("To", to), ("Cc", cc), ("Reply-To", replyTo)] where !boxes.isEmpty {
            head += "\(name): \(boxes.map(\.text).joined(separator: ",\r\n "))\r\n"
        }
        // Who gets it without being shown (bcc) stands nowhere.
        if to.isEmpty, cc.isEmpty { head += "To: undisclosed-recipients:;\r\n" }
        head += "Subject: \(HeaderText.unstructured(subject))\r\nMessage-ID: \(id)\r\nMIME-Version: 1.0\r\n"
        for header in headers { head += "\(header.name): \(HeaderText.unstructured(header.value))\r\n" }
        return Array(head.utf8) + body.bytes
    }

    private var body: Part {
        var texts: [Part] = []
        if let text { texts.append(.text(text, subtype: "plain")) }
        let shown = attachments.filter { $0.contentID != nil }.map(Part.file)
        if let html {
            let page = Part.text(html, subtype: "html")
            texts.append(shown.isEmpty ? page : .several("related", [page] + shown))
        }
        let message = texts.count == 1 ? texts[0] : .several("alternative", texts)
        let files = attachments.filter { $0.contentID == nil || html == nil }.map(Part.file)
        return files.isEmpty ? message : .several("mixed", [message] + files)
    }

    /// A part of a message: its own headers, an empty line, and what it holds.
    private struct Part {
        var headers: String
        var content: [UInt8]
        /// Boundaries inside are longer than this one by a letter, so that they cannot be taken for each other.
        var depth = 0

        var bytes: [UInt8] { Array((headers + "\r\n").utf8) + content }

        static func text(_ text: String, subtype: String) -> Part {
            // Line ends as the format has them, before they are encoded.
            let lines = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n").replacing("\n", with: "\r\n")
            return encoded("Content-Type: text/\(subtype); charset=utf-8\r\n", Array(lines.utf8))
        }

        static func file(_ attachment: Attachment) -> Part {
            var headers = "Content-Type: \(attachment.contentType)\r\nContent-Disposition: "
            headers += attachment.contentID == nil ? "attachment" : "inline"
            headers += ";\r\n \(HeaderText.parameter("filename", attachment.filename))\r\n"
            if let id = attachment.contentID { headers += "Content-ID: <\(id)>\r\n" }
            return encoded(headers, attachment.content.bytes)
        }

        static func several(_ kind: String, _ parts: [Part]) -> Part {
            let depth = (parts.map(\.depth).max() ?? 0) + 1
            // No line of base 64 begins with `=_`, so no content can hold it.
            let boundary = "=_patchbay" + String(repeating: "x", count: depth)
            var content: [UInt8] = []
            for part in parts { content += Array("--\(boundary)\r\n".utf8) + part.bytes + [0x0D, 0x0A] }
            content += Array("--\(boundary)--\r\n".utf8)
            return Part(
                headers: "Content-Type: multipart/\(kind); boundary=\"\(boundary)\"\r\n", content: content, depth: depth
            )
        }

        /// In lines of 76 characters.
        private static func encoded(_ headers: String, _ bytes: [UInt8]) -> Part {
            let text = Array(Bytes(bytes).base64.utf8)
            var lines: [UInt8] = []
            lines.reserveCapacity(text.count + text.count / 38 + 2)
            for start in stride(from: 0, to: text.count, by: 76) {
                lines += text[start..<min(start + 76, text.count)]
                lines += [0x0D, 0x0A]
            }
            return Part(headers: headers + "Content-Transfer-Encoding: base64\r\n", content: lines)
        }
    }
}
