import ConnectorSDK
import PatchbayJSON

/// Whether a connector may send a request somewhere, as the host decides it.
enum HostRule {
    static func allows(_ url: String, _ hosts: [Connector.Host], _ settings: JSONObject) -> Bool {
        guard let place = place(of: url) else { return false }
        return hosts.contains { host in
            switch host {
            case .any: true
            case .named(let pattern): matches(pattern, place)
            case .setting(let name):
                settings[name]?.string.flatMap(Self.place(of:)).map { $0.host == place.host && $0.port == place.port }
                    ?? false
            }
        }
    }

    private static func matches(_ pattern: String, _ place: (host: String, port: Int, isUsualPort: Bool)) -> Bool {
        var name = pattern[...]
        if let colon = pattern.lastIndex(of: ":"), let port = Int(pattern[pattern.index(after: colon)...]) {
            guard port == place.port else { return false }
            name = pattern[..<colon]
        } else if !place.isUsualPort {
            return false
        }
        let wanted = name.lowercased()
        return wanted.hasPrefix("*.") ? place.host.hasSuffix(wanted.dropFirst()) : place.host == wanted
    }

    private static func place(of url: String) -> (host: String, port: Int, isUsualPort: Bool)? {
        guard let end = url.firstRange(of: "://") else { return nil }
        let usual = url[..<end.lowerBound] == "https" ? 443 : 80
        let authority = url[end.upperBound...].prefix { !"/?#".contains($0) }
        guard !authority.isEmpty, !authority.contains("@") else { return nil }
        if let colon = authority.lastIndex(of: ":"), let port = Int(authority[authority.index(after: colon)...]) {
            return (authority[..<colon].lowercased(), port, port == usual)
        }
        return (authority.lowercased(), usual, true)
    }
}
