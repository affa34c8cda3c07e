extension AuditRecord {
    /// The record as a line of an export: its content, with `previous_hash` and `hash` behind the other members. Without these
    /// two the line is what was hashed, byte for byte.
    package var line: [UInt8] {
        var line = Array(content.dropLast())
        line += Array(",\"previous_hash\":\"\(hexadecimal(previous))\",\"hash\":\"\(hexadecimal(hash))\"}".utf8)
        return line
    }
}

extension AuditHead: CustomStringConvertible {
    /// `12:9f86d0…`: the number of records and the last one's hash, to be kept elsewhere.
    package var description: String { "\(sequence):\(hashText)" }

    package var hashText: String { hexadecimal(hash) }

    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let sequence = Int(parts[0]), sequence >= 0,
            parts[1].utf8.count == 2 * AuditRecord.hashLength
        else { return nil }
        var hash: [UInt8] = []
        var rest = parts[1]
        while !rest.isEmpty {
            guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
            hash.append(byte)
            rest = rest.dropFirst(2)
        }
        self.init(sequence: sequence, hash: hash)
    }
}

private func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(2 * bytes.count)
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
