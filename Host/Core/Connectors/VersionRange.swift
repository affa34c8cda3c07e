/// Which versions of a connector somebody accepts.
package struct VersionRange: Hashable, Sendable {
    private let lowest: Version
    /// The first version that is too high; nil without such a bound.
    private let bound: Version?
    /// The one version, when exactly that is asked for.
    package let exact: Version?

    /// Any release.
    package static let any = VersionRange(lowest: Version(major: 0, minor: 0, patch: 0), bound: nil)

    private init(lowest: Version, bound: Version?, exact: Version? = nil) {
        self.lowest = lowest
        self.bound = bound
        self.exact = exact
    }

    /// Reads `1.2.3` (exactly that), `1` and `1.2` (any that begins so), `^1.2` (as far as nothing breaks: below 2.0.0,
    /// or below 0.3.0 for `^0.2`), `~1.2.3` (below 1.3.0) and `*`. Nil for anything else.
    package init?(_ text: String) {
        if let exact = Version(text) {
            self.init(lowest: exact, bound: nil, exact: exact)
            return
        }
        if text == "*" {
            self = .any
            return
        }
        let sign = text.first
        let digits = sign == "^" || sign == "~" ? text.dropFirst() : text[...]
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        // What is missing is read as zero; `Version` refuses signs, leading zeros and overlong numbers.
        guard (1...3).contains(parts.count),
            let lowest = Version((parts + ["0", "0"]).prefix(3).joined(separator: ".")), lowest.prerelease.isEmpty,
            lowest.major < .max, lowest.minor < .max, lowest.patch < .max
        else { return nil }
        let nextMajor = Version(major: lowest.major + 1, minor: 0, patch: 0)
        let nextMinor = Version(major: lowest.major, minor: lowest.minor + 1, patch: 0)
        let nextPatch = Version(major: lowest.major, minor: lowest.minor, patch: lowest.patch + 1)
        switch (sign, parts.count) {
        case ("^", _):
            let isFirst = lowest.major > 0 || parts.count == 1
            self.init(
                lowest: lowest,
                bound: isFirst ? nextMajor : lowest.minor > 0 || parts.count == 2 ? nextMinor : nextPatch)
        case (_, 1): self.init(lowest: lowest, bound: nextMajor)
        default: self.init(lowest: lowest, bound: nextMinor)
        }
    }

    /// Prereleases fit only when asked for exactly.
    package func contains(_ version: Version) -> Bool {
        if let exact { return version == exact }
        return version.prerelease.isEmpty && version >= lowest && (bound.map { version < $0 } ?? true)
    }
}
