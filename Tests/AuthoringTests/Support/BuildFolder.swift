import Glibc
import PatchbayAuthoring
import PatchbayModules
import Testing

/// Where this package's products and sources are.
enum BuildFolder {
    /// `PATCHBAY_RUNNER`, or the runner that was built with these tests.
    static var prober: Prober {
        get throws { Prober(runner: try product("patchbay-runner"), timeLimit: .seconds(30)) }
    }

    static func product(_ name: String) throws -> String {
        if name == "patchbay-runner", let path = getenv("PATCHBAY_RUNNER") { return String(cString: path) }
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        var path = String(decoding: buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        while let slash = path.lastIndex(of: "/") {
            path = String(path[..<slash])
            if access(path + "/" + name, F_OK) == 0 { return path + "/" + name }
        }
        throw Missing(what: "\(name) beside the tests")
    }

    /// The package's root.
    static var sources: String {
        var path = #filePath
        for _ in 0..<4 { path = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) }
        return path
    }

    static var sdk: SDKFolder { SDKFolder(path: sources + "/ConnectorSDK") }
}

struct Missing: Error, CustomStringConvertible {
    var what: String
    var description: String { "missing: \(what)" }
}
