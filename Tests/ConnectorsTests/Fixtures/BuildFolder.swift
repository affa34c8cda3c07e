import Glibc

/// Where the products of this build are: the folder of the test binary or one above it, or `PATCHBAY_BUILD`.
enum BuildFolder {
    static let path: String? = {
        if let named = getenv("PATCHBAY_BUILD") { return String(cString: named) }
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0 else { return nil }
        var parts = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            .split(separator: "/", omittingEmptySubsequences: false)
        while parts.count > 1 {
            parts.removeLast()
            let folder = parts.joined(separator: "/")
            if access("\(folder)/libslack.so", R_OK) == 0 { return folder }
        }
        return nil
    }()

    /// The shared library of a connector.
    static func library(_ connector: String) -> String { "\(path ?? "no build folder")/lib\(connector).so" }

    static var runner: String { "\(path ?? "no build folder")/patchbay-runner" }
}
