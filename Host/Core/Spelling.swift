/// Guesses what somebody meant, for the hint of an error.
extension Sequence<String> {
    /// The word that is most like the given one; nil when none is close enough to be worth proposing. Of equally good ones
    /// the first. Case does not count.
    package func closest(to word: String) -> String? {
        let wanted = Array(word.lowercased().utf8)
        // Longer words are no slips of the pen, and comparing costs the product of the lengths.
        guard !wanted.isEmpty, wanted.count <= longestWord else { return nil }
        var best: (word: String, distance: Int)?
        for candidate in self where candidate.utf8.count <= longestWord {
            let distance = editDistance(wanted, Array(candidate.lowercased().utf8))
            guard distance <= Swift.max(1, Swift.min(wanted.count, candidate.utf8.count) / 3) else { continue }
            if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
        }
        return best?.word
    }
}

private let longestWord = 64

/// How many insertions, deletions, replacements and swaps of neighbours lead from one word to the other.
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in a.indices {
        var row = [i + 1]
        for j in b.indices {
            var cost = Swift.min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = Swift.min(cost, beforeLast[j - 1] + 1) }
            row.append(cost)
        }
        (beforeLast, last) = (last, row)
    }
    return last[b.count]
}
