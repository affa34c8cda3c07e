import ConnectorSDK

/// A mailbox's name as commands have it: quoted, and what is not ASCII in modified UTF-7 (RFC 3501 §5.1.3).
func quotedMailboxName(_ name: String) throws(ConnectorError) -> String {
    guard !name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
        throw .invalid("/mailbox", "holds a control character")
    }
    var text = ""
    var others: [UInt8] = []
    func flush() {
        guard !others.isEmpty else { return }
        text += "&" + Bytes(others).base64.replacing("/", with: ",").replacing("=", with: "") + "-"
        others = []
    }
    for scalar in name.unicodeScalars {
        guard scalar.isASCII else {
            others += String(scalar).utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
            continue
        }
        flush()
        switch scalar {
        case "&": text += "&-"
        case "\"", "\\": text += "\\\(scalar)"
        default: text.unicodeScalars.append(scalar)
        }
    }
    flush()
    return "\"\(text)\""
}
