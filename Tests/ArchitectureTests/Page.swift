import FoundationEssentials

/// A document in Markdown.
struct Page {
    /// From the project's folder.
    let path: String
    let text: String
    /// What stands outside of code blocks.
    private var prose: [Substring] = []
    private var code: [(language: String, text: String)] = []

    init(path: String, text: String) {
        self.path = path
        self.text = text
        var block: (language: String, lines: [Substring])?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                if let ended = block { code.append((ended.language, ended.lines.joined(separator: "\n"))) }
                block = block == nil ? (String(line.dropFirst(3)), []) : nil
            } else if block != nil {
                block?.lines.append(line)
            } else {
                prose.append(line)
            }
        }
    }

    /// Whether a word stands there as code.
    func mentions(_ word: String) -> Bool { text.contains("`\(word)`") }

    func blocks(of language: String) -> [String] { code.filter { $0.language == language }.map(\.text) }

    /// Names by which headings are linked to, as GitHub makes them.
    var headings: Set<String> {
        Set(
            prose.filter { $0.hasPrefix("#") }.map { line in
                let title = line.drop { $0 == "#" }.drop { $0 == " " }.lowercased()
                let kept = title.filter { $0.isLetter || $0.isNumber || "-_ ".contains($0) }
                return String(kept.map { $0 == " " ? "-" : $0 })
            })
    }

    /// Targets of links, those to the web left out.
    var links: [String] {
        // A link's text may go over a line's end.
        prose.joined(separator: "\n").split(separator: "](").dropFirst().compactMap { rest in
            guard let end = rest.firstIndex(of: ")") else { return nil }
            let target = String(rest[..<end])
            return target.contains("://") || target.hasPrefix("mailto:") ? nil : target
        }
    }
}

extension SourceTree {
    /// The project's own documents.
    static func pages() throws -> [Page] {
        let tops = try FileManager.default.contentsOfDirectory(atPath: root).filter { $0.hasSuffix(".md") }
        let below = try ["Host", "ConnectorSDK", "Connectors", "Tests"].flatMap { folder in
            try FileManager.default.subpathsOfDirectory(atPath: root + "/" + folder).filter { $0.hasSuffix(".md") }
                .map { folder + "/" + $0 }
        }
        return try (tops + below).sorted().map(page)
    }

    static func page(_ path: String) throws -> Page {
        Page(path: path, text: try String(contentsOfFile: root + "/" + path, encoding: .utf8))
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root + "/" + path) }

    /// A relative link's target, from the project's folder.
    static func resolved(_ link: String, from path: String) -> String {
        var parts = path.split(separator: "/").dropLast()
        for part in link.split(separator: "/") {
            switch part {
            case ".": break
            case "..": parts = parts.dropLast()
            default: parts.append(part)
            }
        }
        return parts.joined(separator: "/")
    }

    /// The words of an enum `Code` or `RefusalCode` of texts; a case without a word of its own is its name.
    static func codes(in path: String) throws -> [String] {
        let text = try String(contentsOfFile: root + "/" + path, encoding: .utf8)
        var codes: [String] = []
        var isInside = false
        for line in text.split(separator: "\n") {
            if line.contains("enum ") { isInside = line.contains("Code: String") }
            let words = line.drop { $0 == " " }
            guard isInside, words.hasPrefix("case "), !words.contains(".") else { continue }
            for part in words.dropFirst("case ".count).split(separator: ",") {
                let halves = part.split(separator: "=").map { $0.filter { $0 != " " && $0 != "\"" } }
                codes.append(halves.last ?? "")
            }
        }
        return codes
    }
}
