/// E-mail addresses (RFC 5321, 4.1.2), international ones with letters beyond ASCII (RFC 6531, 3.3).
struct MailboxFormat {
    let isInternational: Bool

    func isMet(by bytes: ArraySlice<UInt8>) -> Bool {
        guard let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return false }
        let (local, domain) = (bytes[..<at], bytes[(at + 1)...])
        // RFC 5321, 4.5.3.1.1
        guard local.count <= 64 else { return false }
        return (isDotted(local) || isQuoted(local)) && (isDomain(domain) || isAddressLiteral(domain))
    }

    private func isDotted(_ local: ArraySlice<UInt8>) -> Bool {
        let special = "!#$%&'*+-/=?^_`{|}~".utf8
        return local.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { atom in
            !atom.isEmpty
                && atom.allSatisfy {
                    $0.isASCIILetter || $0.isASCIIDigit || special.contains($0) || isInternational && $0 >= 0x80
                }
        }
    }

    private func isQuoted(_ local: ArraySlice<UInt8>) -> Bool {
        let quote = UInt8(ascii: "\"")
        guard local.count >= 2, local.first == quote, local.last == quote else { return false }
        var rest = local.dropFirst().dropLast()
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\\"):
                guard let escaped = rest.popFirst(), 0x20...0x7E ~= escaped else { return false }
            case quote: return false
            case 0x20...0x7E: break
            default: if !isInternational || byte < 0x80 { return false }
            }
        }
        return true
    }

    private func isDomain(_ domain: ArraySlice<UInt8>) -> Bool {
        if !isInternational { return HostnameFormat.isHostname(domain) }
        return domain.count <= 255
            && domain.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
                HostnameFormat.isLabel(label, beyondASCII: true)
            }
    }

    private func isAddressLiteral(_ domain: ArraySlice<UInt8>) -> Bool {
        guard domain.first == UInt8(ascii: "["), domain.last == UInt8(ascii: "]") else { return false }
        let address = domain.dropFirst().dropLast()
        let tag = "ipv6:"
        if String(decoding: address.prefix(tag.utf8.count), as: UTF8.self).lowercased() == tag {
            return AddressFormats.isIPv6(address.dropFirst(tag.utf8.count))
        }
        return AddressFormats.isIPv4(address)
    }
}
