extension Version {
    /// Reads `major.minor.patch` with an optional `-prerelease`; nil for anything else, build metadata included.
    package init?(_ text: String) {
        let halves = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let numbers = halves[0].split(separator: ".", omittingEmptySubsequences: false)
        guard numbers.count == 3, text.utf8.count <= 64 else { return nil }
        let parsed = numbers.compactMap(wholeNumber)
        guard parsed.count == 3 else { return nil }
        var prerelease: [String] = []
        if halves.count == 2 {
            prerelease = halves[1].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            guard prerelease.allSatisfy(isIdentifier) else { return nil }
        }
        self.init(major: parsed[0], minor: parsed[1], patch: parsed[2], prerelease: prerelease)
    }

    package static func < (a: Version, b: Version) -> Bool {
        let (left, right) = ([a.major, a.minor, a.patch], [b.major, b.minor, b.patch])
        if left != right { return left.lexicographicallyPrecedes(right) }
        if a.prerelease.isEmpty || b.prerelease.isEmpty { return !a.prerelease.isEmpty && b.prerelease.isEmpty }
        return a.prerelease.lexicographicallyPrecedes(b.prerelease, by: precedes)
    }
}

/// Digits without a leading zero.
private func wholeNumber(_ text: Substring) -> Int? {
    guard let number = Int(text), text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
    return text.utf8.count > 1 && text.hasPrefix("0") ? nil : number
}

private func isIdentifier(_ text: String) -> Bool {
    guard !text.isEmpty else { return false }
    let isNumeric = text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    if isNumeric { return wholeNumber(Substring(text)) != nil }
    return text.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) || $0 == UInt8(ascii: "-")
    }
}

/// Numbers count as numbers and stand before words.
private func precedes(_ a: String, _ b: String) -> Bool {
    switch (Int(a), Int(b)) {
    case (let a?, let b?): a < b
    case (_?, nil): true
    case (nil, _?): false
    case (nil, nil): a.utf8.lexicographicallyPrecedes(b.utf8)
    }
}
