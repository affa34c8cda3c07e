import PatchbayJSON

/// To which hosts requests below a base URL go, as manifests have it.
enum DeclaredHosts {
    /// Empty when it cannot be told.
    static func of(_ base: Template, _ settings: JSON) -> [JSON] {
        if let literal = base.literal { return named(literal) }
        // The whole address stands in a setting, perhaps with a path behind it.
        if case .expression(let expression)? = base.parts.first {
            guard expression.filters.isEmpty, let path = expression.paths.first, path.count == 2, path[0] == "settings"
            else { return [] }
            let usual = settings["properties"]?[path[1]]?["default"]?.string
            return (usual.map(named) ?? []) + [["setting": .string(path[1])]]
        }
        return below(base)
    }

    /// `https://{{ settings.shop }}.example.com/v2` → `*.example.com`
    private static func below(_ base: Template) -> [JSON] {
        guard base.parts.count >= 3, case .text(let scheme) = base.parts[0],
            scheme == "https://" || scheme == "http://",
            case .text(let rest) = base.parts[2], rest.hasPrefix(".")
        else {
            // The expression stands behind the host.
            if case .text(let text)? = base.parts.first, text.split(separator: "/").count > 2 || text.hasSuffix("/"),
                text != "https://", text != "http://"
            {
                return named(text)
            }
            return []
        }
        let host = rest.prefix { $0 != "/" && $0 != ":" }
        guard host.dropFirst().contains(".") else { return [] }
        return [.string("*" + host)]
    }

    private static func named(_ address: String) -> [JSON] {
        guard let end = address.firstRange(of: "://") else { return [] }
        let authority = address[end.upperBound...].prefix { !"/?#".contains($0) }
        guard !authority.isEmpty, !authority.contains("@") else { return [] }
        let isPlain = address[..<end.lowerBound] == "http"
        return [.string(authority.lowercased() + (isPlain && !authority.contains(":") ? ":80" : ""))]
    }
}
