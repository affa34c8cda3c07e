import ConnectorSDK

/// A part of a message, or the whole: headers and content (RFC 2045). Whatever comes is read somehow; nothing of it is an error.
struct MailEntity {
    /// Names in lower case, in their order; values unfolded, as they stand.
    let headers: [(name: String, value: String)]
    let content: ArraySlice<UInt8>

    private static let mostHeaders = 1_000

    init(_ bytes: ArraySlice<UInt8>) {
        var headers: [(name: String, value: String)] = []
        var rest = bytes
        while let line = Self.line(of: &rest), !line.isEmpty {
            if line.first == 0x20 || line.first == 0x09 {
                guard !headers.isEmpty else { continue }
                headers[headers.count - 1].value += " " + mailText(Array(line), charset: nil).trimmed
            } else if let colon = line.firstIndex(of: UInt8(ascii: ":")), headers.count < Self.mostHeaders {
                let name = String(decoding: line[..<colon], as: UTF8.self).trimmed.lowercased()
                headers.append((name, mailText(Array(line[line.index(after: colon)...]), charset: nil).trimmed))
            }
        }
        self.headers = headers
        content = rest
    }

    /// The first header of that name.
    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    /// The next line, without its end; nil at the end.
    private static func line(of rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard !rest.isEmpty else { return nil }
        let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
        var line = rest[..<end]
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        rest = end == rest.endIndex ? [] : rest[rest.index(after: end)...]
        return line
    }

    var type: HeaderParameters { HeaderParameters(header("content-type") ?? "text/plain") }
    var disposition: HeaderParameters { HeaderParameters(header("content-disposition") ?? "") }

    /// What it holds, decoded.
    var bytes: [UInt8] {
        switch header("content-transfer-encoding")?.lowercased() {
        case "base64": decodedBase64(content)
        case "quoted-printable": decodedQuotedPrintable(content)
        default: Array(content)
        }
    }

    /// The parts of a multipart content; what comes before the first and after the last is for nobody.
    func parts(atMost most: Int) -> [MailEntity] {
        guard let boundary = type["boundary"], !boundary.isEmpty else { return [] }
        let delimiter = Array("--\(boundary)".utf8)
        var parts: [MailEntity] = []
        var start: Int?
        var rest = content
        while parts.count < most {
            let position = rest.startIndex
            guard let line = Self.line(of: &rest) else {
                // Cut, or never closed.
                if let start, start < content.endIndex { parts.append(MailEntity(content[start...])) }
                break
            }
            guard line.starts(with: delimiter) else { continue }
            let tail = String(decoding: line.dropFirst(delimiter.count), as: UTF8.self).trimmed
            guard tail.isEmpty || tail == "--" else { continue }
            if let start { parts.append(MailEntity(Self.withoutEnd(content[start..<position]))) }
            start = tail.isEmpty ? (rest.isEmpty ? content.endIndex : rest.startIndex) : nil
            if tail == "--" { break }
        }
        return parts
    }

    /// The line end before a delimiter belongs to the delimiter.
    private static func withoutEnd(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bytes = bytes
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return bytes
    }
}
