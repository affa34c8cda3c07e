import ConnectorSDK

/// An address in a message's head.
struct Correspondent: Fields {
    @Field("The address.") var address: String
    @Field("The name beside it.") var name: String?

    static let most = 500

    /// Those of a header: `Ada <ada@example.com>, "Acme, Inc." <orders@acme.example>`.
    static func all(in header: String?) -> [Correspondent] {
        guard let header else { return [] }
        return pieces(of: header).prefix(most).compactMap { piece in
            var (name, address) = ("", piece.trimmed)
            if address.hasSuffix(">"), let open = address.lastIndex(of: "<") {
                name = String(address[..<open]).trimmed
                address = String(address[address.index(after: open)...].dropLast()).trimmed
            }
            guard address.contains("@") else { return nil }
            if name.count >= 2, name.hasPrefix("\""), name.hasSuffix("\"") {
                name = String(name.dropFirst().dropLast()).replacing("\\\"", with: "\"").replacing("\\\\", with: "\\")
            }
            let shown = decodedWords(name)
            return Correspondent {
                $0.address = address
                $0.name = shown.isEmpty ? nil : shown
            }
        }
    }

    /// Split at what stands between addresses, outside quotes, comments and angle brackets. A group's name and its end
    /// (`friends: …;`) leave pieces without an address.
    private static func pieces(of header: String) -> [String] {
        var pieces = [""]
        var (isQuoted, isEscaped, depth, isInAngle) = (false, false, 0, false)
        for scalar in header.unicodeScalars {
            if isEscaped {
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else if scalar == "\"", depth == 0 {
                isQuoted.toggle()
            } else if !isQuoted {
                switch scalar {
                case "(": depth += 1
                case ")":
                    depth = max(0, depth - 1)
                    continue
                case "<": isInAngle = true
                case ">": isInAngle = false
                case ",", ";", ":":
                    if depth == 0, !isInAngle {
                        pieces.append("")
                        continue
                    }
                default: break
                }
            }
            // Comments are left out.
            if depth == 0 { pieces[pieces.count - 1].unicodeScalars.append(scalar) }
        }
        return pieces
    }
}
