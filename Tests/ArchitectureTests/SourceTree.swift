import FoundationEssentials

/// The project's Swift files, as text.
struct SourceTree {
    struct File {
        /// From the project's folder.
        var path: String
        var lines: [Substring]

        /// Modules that the file imports. What is indented stands in a text that becomes a file elsewhere: the format
        /// leaves no import indented.
        var imports: [String] {
            lines.filter { !$0.hasPrefix(" ") }.compactMap { line -> String? in
                let words = line.split(separator: " ")
                guard let keyword = words.firstIndex(of: "import"), words.prefix(keyword).allSatisfy(isModifier),
                    words.count > keyword + 1
                else { return nil }
                let kinds: Set<Substring> = ["struct", "class", "enum", "func", "protocol", "typealias", "let", "var"]
                let name = words.dropFirst(keyword + 1).first { !kinds.contains($0) }
                return name.map { String($0.prefix { $0 != "." }) }
            }
        }

        private func isModifier(_ word: Substring) -> Bool {
            word.hasPrefix("@") || ["public", "package", "internal", "private", "fileprivate"].contains(word)
        }
    }

    static let root: String = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(3)
        return parts.joined(separator: "/")
    }()

    static func files(below folder: String, ending: String = ".swift") throws -> [File] {
        let base = root + "/" + folder
        let paths = try FileManager.default.subpathsOfDirectory(atPath: base)
        return try paths.filter { $0.hasSuffix(ending) }.sorted().map { path in
            let text = try String(contentsOfFile: base + "/" + path, encoding: .utf8)
            return File(path: folder + "/" + path, lines: text.split(separator: "\n", omittingEmptySubsequences: false))
        }
    }
}
