/// The parts of a `multipart/form-data` body (RFC 7578, RFC 2046).
package struct MultipartBody: Sendable {
    /// More is no form but an attack.
    package static let mostParts = 1_000
    /// Bytes of a part's headers.
    private static let longestHead = 8 << 10

    package struct Part: Sendable, Equatable {
        package var name: String
        /// Nil for a field; what a browser sends for a file that was not chosen is empty.
        package var filename: String?
        /// Empty when it says none.
        package var type: String
        package var content: [UInt8]
    }

    package let parts: [Part]

    /// Nil when it is none: no boundary where one has to be, a part without a name, too many of them.
    package init?(_ body: [UInt8], boundary: String) {
        let mark = Array("--\(boundary)".utf8)
        guard var place = Self.find(mark, in: body, from: 0) else { return nil }
        var parts: [Part] = []
        while true {
            place += mark.count
            let rest = body[place...]
            if rest.starts(with: Array("--".utf8)) { break }
            guard rest.starts(with: Array("\r\n".utf8)), parts.count < Self.mostParts,
                let end = Self.find(Array("\r\n".utf8) + mark, in: body, from: place),
                let part = Self.part(body[min(place + 2, end)..<end])
            else { return nil }
            parts.append(part)
            place = end + 2
        }
        self.parts = parts
    }

    private static func part(_ bytes: ArraySlice<UInt8>) -> Part? {
        let blank = Array("\r\n\r\n".utf8)
        let head: ArraySlice<UInt8>
        let content: ArraySlice<UInt8>
        if let end = find(blank, in: Array(bytes.prefix(longestHead)), from: 0) {
            head = bytes.prefix(end)
            content = bytes.dropFirst(end + blank.count)
        } else {
            return nil
        }
        guard let text = String(validating: head, as: UTF8.self) else { return nil }
        var part = Part(name: "", filename: nil, type: "", content: Array(content))
        for line in text.split(separator: "\r\n") {
            let halves = line.split(separator: ":", maxSplits: 1)
            guard halves.count == 2 else { return nil }
            let value = halves[1].drop { $0 == " " }
            switch halves[0].lowercased() {
            case "content-disposition":
                let members = parameters(of: value)
                part.name = members["name"] ?? ""
                part.filename = members["filename"]
            case "content-type": part.type = String(value)
            default: break
            }
        }
        return part.name.isEmpty ? nil : part
    }

    /// `form-data; name="a"; filename="b"`, where browsers write `%22` for a quotation mark.
    private static func parameters(of value: Substring) -> [String: String] {
        var members: [String: String] = [:]
        var rest = value.drop { $0 != ";" }
        while rest.first == ";" {
            rest = rest.dropFirst().drop { $0 == " " }
            let name = rest.prefix { $0 != "=" && $0 != ";" }
            rest = rest.dropFirst(name.count)
            guard rest.first == "=" else { continue }
            rest = rest.dropFirst()
            let text: Substring
            if rest.first == "\"" {
                text = rest.dropFirst().prefix { $0 != "\"" }
                rest = rest.dropFirst(text.count + 2).drop { $0 != ";" }
            } else {
                text = rest.prefix { $0 != ";" }
                rest = rest.dropFirst(text.count)
            }
            members[name.lowercased()] = String(text)
        }
        return members
    }

    private static func find(_ wanted: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard let first = wanted.first, bytes.count >= wanted.count else { return nil }
        var place = start
        let last = bytes.count - wanted.count
        while place <= last {
            guard let next = bytes[place...last].firstIndex(of: first) else { return nil }
            if bytes[next..<next + wanted.count].elementsEqual(wanted) { return next }
            place = next + 1
        }
        return nil
    }
}
