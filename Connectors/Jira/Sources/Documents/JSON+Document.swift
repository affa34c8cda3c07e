import PatchbayJSON

extension JSON {
    /// Plain text in Atlassian Document Format
    /// (https://developer.atlassian.com/cloud/jira/platform/apis/document/structure): empty lines part paragraphs, other
    /// line ends are kept as hard breaks, and addresses of the web become links.
    init(documentOf text: String) {
        var paragraphs: [[JSON]] = []
        var lines: [[JSON]] = []
        func close() {
            guard !lines.isEmpty else { return }
            paragraphs.append(Array(lines.joined(separator: [["type": "hardBreak"]])))
            lines = []
        }
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            if line.allSatisfy(\.isWhitespace) {
                close()
            } else {
                lines.append(textNodes(line))
            }
        }
        close()
        let content = paragraphs.map { JSON.object(["type": "paragraph", "content": .array($0)]) }
        self = ["type": "doc", "version": 1, "content": .array(content)]
    }
}

/// A line as text nodes, which must not be empty.
private func textNodes(_ line: Substring) -> [JSON] {
    var nodes: [JSON] = []
    var plain = line.startIndex
    func closePlain(at end: Substring.Index) {
        guard plain < end else { return }
        nodes.append(["type": "text", "text": .string(String(line[plain..<end]))])
    }
    var position = line.startIndex
    while position < line.endIndex {
        guard let length = lengthOfLink(at: line[position...]) else {
            position = line.index(after: position)
            continue
        }
        closePlain(at: position)
        let end = line.index(position, offsetBy: length)
        let address = JSON.string(String(line[position..<end]))
        nodes.append(["type": "text", "text": address, "marks": [["type": "link", "attrs": ["href": address]]]])
        (position, plain) = (end, end)
    }
    closePlain(at: line.endIndex)
    return nodes
}

/// How many characters of an address the text begins with; nil when it begins with none.
private func lengthOfLink(at text: Substring) -> Int? {
    guard let scheme = ["https://", "http://"].first(where: { text.hasPrefix($0) }) else { return nil }
    var address = text.prefix { !$0.isWhitespace && !"<>\"".contains($0) }
    // Marks behind an address belong to the sentence.
    while let last = address.last, ".,;:!?)]}'".contains(last) { address.removeLast() }
    return address.count > scheme.count ? address.count : nil
}
