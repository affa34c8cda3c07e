/// How an expression could go on where a person types.
package struct Completion: Sendable {
    /// More items are cut off; who types on sees fewer.
    package static let most = 500

    /// What an item takes the place of, in Unicode scalars from the start of the text.
    package private(set) var range: Range<Int>
    /// What begins with the letters before the cursor first, then what has them elsewhere, whatever their case.
    package private(set) var items: [CompletionItem] = []
    /// Whether there are more items.
    package private(set) var isCut = false

    /// Works in unfinished text: only what stands before the cursor, and the word that it stands in, is looked at.
    ///
    /// - Parameter cursor: in Unicode scalars; a cursor behind the end stands at the end.
    package init(
        of text: ExpressionText, at cursor: Int, names: KnownNames, limits: ExpressionLimits = .standard
    ) {
        let source = Array(text.text.utf8)
        let position = source.offset(ofScalar: cursor)
        range = cursor..<cursor
        guard source.count <= limits.source,
            let place = CursorPlace(in: source, at: position, isTemplate: text.isTemplate)
        else { return }
        let typed = String(decoding: source[place.typed.lowerBound..<position], as: UTF8.self)
        let first = source.scalar(at: place.typed.lowerBound)
        range = first..<first + source[place.typed].count { !$0.isContinuation }
        var writer = CompletionWriter(place, in: source, names: names, limits: limits)
        writer.write()
        let found = Self.matching(writer.items, typed)
        items = Array(found.prefix(Self.most))
        isCut = found.count > items.count
    }

    private static func matching(_ items: [CompletionItem], _ typed: String) -> [CompletionItem] {
        let letters = typed.lowercased()
        guard !letters.isEmpty else { return items }
        let labels = items.map { $0.label.lowercased() }
        let beginning = items.indices.filter { labels[$0].hasPrefix(letters) }
        let within = items.indices.filter { !labels[$0].hasPrefix(letters) && labels[$0].contains(letters) }
        return (beginning + within).map { items[$0] }
    }
}

extension ExpressionText {
    fileprivate var isTemplate: Bool { if case .template = self { true } else { false } }
}

extension [UInt8] {
    /// Of UTF-8, in bytes; the end for what lies behind it.
    fileprivate func offset(ofScalar number: Int) -> Int {
        var left = number
        for (offset, byte) in enumerated() where !byte.isContinuation {
            if left <= 0 { return offset }
            left -= 1
        }
        return count
    }

    /// The scalars before an offset.
    fileprivate func scalar(at offset: Int) -> Int { self[..<offset].count { !$0.isContinuation } }
}
