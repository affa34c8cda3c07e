import PatchbayCore

extension ImportReport {
    /// For people: one line for each node and each expression.
    package var text: String {
        var lines = ["Nodes:"]
        for node in nodes {
            let ids = node.ids.isEmpty ? "" : " as " + node.ids.joined(separator: ", ")
            lines.append("  \(node.verdict.rawValue): \(node.name.quoted) (\(node.type) \(node.version))\(ids)")
            lines += node.reasons.map { "    \($0)" }
        }
        if !expressions.isEmpty { lines.append("Expressions:") }
        for expression in expressions {
            lines.append(
                "  \(expression.verdict.rawValue): \(expression.node.quoted) \(expression.pointer): "
                    + Self.line(expression.source))
            if let result = expression.result { lines.append("    is now \(Self.line(result))") }
            if let reason = expression.reason { lines.append("    \(reason)") }
        }
        if !remarks.isEmpty { lines += ["Remarks:"] + remarks.map { "  \($0)" } }
        if !credentials.isEmpty {
            lines.append("Credentials to add:")
            lines += credentials.map { "  \($0.name) for \($0.connector) (\($0.type) in n8n)" }
        }
        if !missingConnectors.isEmpty {
            lines.append("Connectors to install: " + missingConnectors.joined(separator: ", "))
        }
        lines.append(
            "\(nodes.count) nodes: \(count(.translated)) translated, \(count(.approximated)) approximated, "
                + "\(count(.note)) notes.")
        return lines.joined(separator: "\n")
    }

    private static func line(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.count > 160 ? line.prefix(157) + "…" : line
    }
}
