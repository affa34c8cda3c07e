/// A connector's version after Semantic Versioning 2.0 (https://semver.org), without build metadata.
package struct Version: Hashable, Sendable, Comparable, CustomStringConvertible {
    package var major: Int
    package var minor: Int
    package var patch: Int
    /// The dot-separated identifiers behind the hyphen; empty for a release.
    package var prerelease: [String]

    package init(major: Int, minor: Int, patch: Int, prerelease: [String] = []) {
        self.major = major
        self.minor = minor
        self.patch = patch
        self.prerelease = prerelease
    }

    package var description: String {
        let release = "\(major).\(minor).\(patch)"
        return prerelease.isEmpty ? release : release + "-" + prerelease.joined(separator: ".")
    }
}
