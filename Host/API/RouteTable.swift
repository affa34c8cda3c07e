import HTTPTypes

/// Which methods stand at which path, so that a wrong method is answered as such and not as a wrong path.
struct RouteTable: Sendable {
    private var templates: [(parts: [Substring], methods: [HTTPRequest.Method])] = []

    init(_ routes: [Route]) {
        for route in routes {
            let parts = route.path.split(separator: "/")
            let methods = route.method == .get ? [.get, .head] : [route.method]
            if let index = templates.firstIndex(where: { $0.parts == parts }) {
                templates[index].methods += methods
            } else {
                templates.append((parts, methods))
            }
        }
    }

    /// In alphabetical order; empty when there is no such path.
    func methods(at path: String) -> [HTTPRequest.Method] {
        let parts = path.split(separator: "/")
        let exact = templates.first { $0.parts == parts }
        let found = exact ?? templates.first { Self.matches($0.parts, parts) }
        return (found?.methods ?? []).sorted { $0.rawValue < $1.rawValue }
    }

    private static func matches(_ template: [Substring], _ parts: [Substring]) -> Bool {
        if template.last == "**" {
            let fixed = template.dropLast()
            return parts.count > fixed.count && zip(fixed, parts).allSatisfy(matches)
        }
        return template.count == parts.count && zip(template, parts).allSatisfy(matches)
    }

    private static func matches(_ name: Substring, _ part: Substring) -> Bool { name.hasPrefix(":") || name == part }
}
