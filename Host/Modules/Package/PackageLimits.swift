/// How large a package and what is in it may be. A package is made by somebody else: each number bounds what reading it can cost.
package struct PackageLimits: Sendable, Equatable {
    /// Bytes of the package as it is stored and sent.
    package var size = 64 << 20
    /// Bytes of the archive once it is expanded; a static Swift runtime with Foundation is 21 MB.
    package var expanded = 256 << 20
    /// How many times its size it may expand to, beyond the first MiB. Libraries shrink to a third or a quarter.
    package var ratio = 200
    /// Files in it.
    package var entries = 32
    /// Bytes of a file that is neither the library nor the manifest.
    package var attachment = 4 << 20

    package init() {}

    /// Expanded bytes that are accepted of a package of that size.
    func expansion(of size: Int) -> Int { min(expanded, size * ratio + (1 << 20)) }
}
