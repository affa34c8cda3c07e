import Glibc

/// The library that serves connectors without code. It comes with Patchbay.
package enum GenericLibrary {
    static let name = "libdeclarative.so"

    /// `PATCHBAY_DECLARATIVE`, else beside the program or below `lib/patchbay` of a folder above it.
    package static func find() throws(AuthoringError) -> String {
        if let chosen = getenv("PATCHBAY_DECLARATIVE").map({ String(cString: $0) }), !chosen.isEmpty {
            guard AuthoringFiles.exists(chosen) else {
                throw AuthoringError("PATCHBAY_DECLARATIVE is \(chosen), which is not there.")
            }
            return chosen
        }
        var folder = AuthoringFiles.parent(of: AuthoringFiles.absolute("/proc/self/exe"))
        while true {
            for path in ["\(folder)/\(name)", "\(folder)/lib/patchbay/\(name)"] where AuthoringFiles.exists(path) {
                return path
            }
            guard folder.count > 1 else { break }
            folder = AuthoringFiles.parent(of: folder)
        }
        throw AuthoringError(
            "\(name), which serves connectors without code, is not where Patchbay is installed. Name it by "
                + "PATCHBAY_DECLARATIVE.")
    }
}
