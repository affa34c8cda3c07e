/// Finds what somebody may have meant.
package enum Suggestion {
    /// Longer words are not compared; the cost grows with the square.
    private static let longest = 64
    /// More candidates than anybody would read a list of.
    private static let most = 2_000

    /// The candidate that a slip of the keys turns into `word`: at most a third of its letters wrong, missing, added or
    /// swapped, letter case aside. Nil when there is none; of equally near ones the first.
    package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let wanted = Array(word.lowercased().unicodeScalars.prefix(longest + 1))
        guard !wanted.isEmpty, wanted.count <= longest else { return nil }
        var best: (distance: Int, word: String)?
        for candidate in candidates.prefix(most) {
            let letters = Array(candidate.lowercased().unicodeScalars.prefix(longest + 1))
            let allowed = max(1, max(wanted.count, letters.count) / 3)
            guard letters.count <= longest, abs(letters.count - wanted.count) <= allowed else { continue }
            let distance = distance(wanted, letters)
            if distance <= allowed, distance < best?.distance ?? .max { best = (distance, candidate) }
        }
        return best?.word
    }

    /// `did you mean "…"?`, or else the known words in a row; nil when none is known.
    package static func hint(for word: String, among candidates: [String], known: String) -> String? {
        if let nearest = nearest(to: word, among: candidates) { return "did you mean \(nearest.quoted)?" }
        guard !candidates.isEmpty else { return nil }
        let shown = candidates.prefix(12).map { $0.shortened(to: 40) }.joined(separator: ", ")
        return known + ": " + shown + (candidates.count > 12 ? " and \(candidates.count - 12) more" : "")
    }

    /// How many letters must be replaced, removed, added or swapped with their neighbour.
    private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            row.reserveCapacity(b.count + 1)
            for j in b.indices {
                var least = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, beforeLast[j - 1] + 1) }
                row.append(least)
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }
}
