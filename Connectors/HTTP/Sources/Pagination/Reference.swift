/// A server's word for where to go on, seen from the page that has it (RFC 3986 §4.1).
struct Reference {
    /// The absolute address meant by `reference`; nil when it is no web address, or leads to another origin: headers that
    /// the workflow's author meant for this server would go there.
    static func resolve(_ reference: String, from page: String) -> String? {
        guard let origin = origin(of: page), isSound(reference) else { return nil }
        let path = page.prefix { $0 != "?" && $0 != "#" }
        let absolute: String
        if reference.contains("://"), Self.origin(of: reference) != nil {
            absolute = reference
        } else if reference.hasPrefix("//") {
            absolute = page.prefix { $0 != "/" } + reference
        } else if reference.hasPrefix("/") {
            absolute = page.prefix(origin.length) + reference
        } else if reference.hasPrefix("?") {
            absolute = path + reference
        } else if reference.isEmpty || reference.prefix(while: { $0 != "/" && $0 != "?" }).contains(":") {
            return nil
        } else {
            let folder = path.count > origin.length ? path[...(path.lastIndex(of: "/") ?? path.startIndex)] : path + "/"
            absolute = folder + reference
        }
        return Self.origin(of: absolute)?.name == origin.name ? absolute : nil
    }

    /// Scheme, host and port in a form that compares, and how many characters of the address they are.
    private static func origin(of url: String) -> (name: String, length: Int)? {
        guard let end = url.firstRange(of: "://") else { return nil }
        let scheme = url[..<end.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        let authority = url[end.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.isEmpty, !authority.contains("@") else { return nil }
        let usual = scheme == "http" ? ":80" : ":443"
        var host = authority.lowercased()
        if host.hasSuffix(usual) { host.removeLast(usual.count) }
        return ("\(scheme)://\(host)", url.distance(from: url.startIndex, to: authority.endIndex))
    }

    /// Without what parsers of addresses disagree about.
    private static func isSound(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F && $0 != "\\" }
    }
}
