import Glibc
import Testing

/// Where this package's products and sources are.
enum BuildFolder {
    /// `PATCHBAY_RUNNER`, or the runner that was built with these tests.
    static var runner: String {
        get throws {
            if let path = getenv("PATCHBAY_RUNNER") { return String(cString: path) }
            var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
            let count = readlink("/proc/self/exe", &buffer, buffer.count)
            var path = String(decoding: buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
            while let slash = path.lastIndex(of: "/") {
                path = String(path[..<slash])
                if access(path + "/patchbay-runner", X_OK) == 0 { return path + "/patchbay-runner" }
            }
            throw Missing(what: "patchbay-runner beside the tests; build it, or name it in PATCHBAY_RUNNER")
        }
    }

    /// The package's root.
    static var sources: String {
        var path = #filePath
        for _ in 0..<4 { path = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) }
        return path
    }

    static var headers: String { sources + "/ConnectorSDK/CPatchbay/include" }
    static var versionScript: String { sources + "/ConnectorSDK/CPatchbay/connector.map" }
}

struct Missing: Error, CustomStringConvertible {
    var what: String
    var description: String { "missing: \(what)" }
}
