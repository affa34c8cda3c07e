/// A library of the system that a connector may need beside the C library, when its manifest declares it.
///
/// Only what the distribution keeps up to date and what all connectors of a process can share: whichever of them is opened
/// first brings it for all.
package enum SystemLibrary: String, Sendable, CaseIterable {
    case curl = "libcurl"
    case javaScriptCore = "libjavascriptcoregtk-4.1"
    case pq = "libpq"
    case re2 = "libre2"

    /// Whether a library's `DT_NEEDED` means this one, of whatever version.
    func isNamed(_ needed: String) -> Bool { needed == rawValue + ".so" || needed.hasPrefix(rawValue + ".so.") }
}
