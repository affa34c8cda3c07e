/// The query of a `Link`'s target. It is put behind our own path: the target names the repository by a number, and behind a
/// proxy perhaps another host.
func queryItems(of target: String) -> [(String, String?)] {
    guard let start = target.firstIndex(of: "?") else { return [] }
    let query = target[target.index(after: start)...].prefix { $0 != "#" }
    return query.split(separator: "&").map { pair in
        let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (percentDecoded(halves[0]), halves.count == 2 ? percentDecoded(halves[1]) : "")
    }
}

private func percentDecoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
        switch byte {
        case UInt8(ascii: "+"):
            bytes.append(UInt8(ascii: " "))
        case UInt8(ascii: "%"):
            guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2 else {
                bytes.append(byte)
                continue
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        default:
            bytes.append(byte)
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}
