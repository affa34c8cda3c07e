/// Which hosts and ports are meant, as manifests, credentials and operators write it:
///
/// | text | meaning |
/// |---|---|
/// | `api.example.com` | that host at its scheme's own port: 443 for https, 80 for http |
/// | `api.example.com:8443` | that host and port |
/// | `*.example.com`, `*.example.com:8443` | every host below `example.com`, at any depth, but not `example.com` |
/// | `192.0.2.1`, `[2001:db8::1]:8443` | an address, exactly as written in the URL (IPv6 in brackets) |
/// | `*`, `*:8443` | every host; without a port, every port too |
package struct HostPattern: Sendable, Hashable {
    enum Name: Hashable {
        case any
        case below(String)
        case exactly(String)
    }

    let name: Name
    /// Nil: the scheme's own port; with `Name.any`, every port.
    let port: Int?

    /// Nil when the text is none of the forms above; a host name holds ASCII letters, digits, `-`, `_` and `.` (write
    /// an international name as `xn--…`).
    package init?(_ text: String) {
        guard let (host, port) = Self.split(text.lowercased()) else { return nil }
        if host == "*" {
            name = .any
        } else if host.hasPrefix("*.") {
            guard let suffix = Self.hostName(String(host.dropFirst(2))) else { return nil }
            name = .below(suffix)
        } else if host.hasPrefix("[") {
            guard let address = IPAddress(String(host.dropFirst().dropLast())), address.isIPv6 else { return nil }
            name = .exactly("[\(address)]")
        } else {
            guard let host = Self.hostName(host) else { return nil }
            name = .exactly(host)
        }
        self.port = port
    }

    /// The one host and port that a URL names; nil when it is no http or https URL.
    package init?(ofURL url: String) {
        guard let url = try? OutboundURL(url) else { return nil }
        name = .exactly(url.comparableHost)
        port = url.port
    }

    /// Whether a host of a URL (lower case, IPv6 in brackets) is meant.
    package func matches(host: String, port: Int, scheme: String) -> Bool {
        guard fits(host.lowercased()) else { return false }
        if let wanted = self.port { return port == wanted }
        if case .any = name { return true }
        return port == OutboundURL.usualPort(of: scheme)
    }

    /// The same for a connection by another protocol, which has no usual port here: without one in the pattern every port is
    /// meant. `port` is nil where nobody knows it.
    func matches(connectionTo host: String, port: Int?) -> Bool {
        var host = host.lowercased()
        if host.hasSuffix(".") { host.removeLast() }
        if IPAddress(host)?.isIPv6 == true { host = "[\(host)]" }
        return fits(host) && (self.port == nil || self.port == port)
    }

    /// Whether the name is meant, in lower case.
    private func fits(_ host: String) -> Bool {
        switch name {
        case .any: true
        case .below(let suffix): host.hasSuffix("." + suffix) && host.utf8.count > suffix.utf8.count + 1
        case .exactly(let name): host == name
        }
    }

    func matches(_ url: OutboundURL) -> Bool {
        matches(host: url.comparableHost, port: url.port, scheme: url.scheme)
    }
}

extension HostPattern: CustomStringConvertible {
    package var description: String {
        let host =
            switch name {
            case .any: "*"
            case .below(let suffix): "*." + suffix
            case .exactly(let name): name
            }
        return if let port { "\(host):\(port)" } else { host }
    }
}

extension HostPattern {
    /// The longest host name in DNS (RFC 1035, 2.3.4), in its text form.
    private static let longestName = 253

    private static func split(_ text: String) -> (host: String, port: Int?)? {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let rest = text[text.index(after: end)...]
            guard !rest.isEmpty else { return (text, nil) }
            guard rest.first == ":", let port = portNumber(rest.dropFirst()) else { return nil }
            return (String(text[...end]), port)
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        switch parts.count {
        case 1: return (text, nil)
        case 2:
            guard let port = portNumber(parts[1]) else { return nil }
            return (String(parts[0]), port)
        default: return nil
        }
    }

    private static func portNumber(_ text: Substring) -> Int? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }), let port = Int(text)
        else { return nil }
        return (1...65535).contains(port) ? port : nil
    }

    private static func hostName(_ text: String) -> String? {
        guard (1...longestName).contains(text.utf8.count) else { return nil }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        let isName = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count)
                && label.utf8.allSatisfy { byte in
                    (97...122).contains(byte) || (48...57).contains(byte) || byte == 45 || byte == 95
                }
        }
        return isName ? text : nil
    }
}
