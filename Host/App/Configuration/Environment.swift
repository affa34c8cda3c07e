import Glibc

/// The process's environment.
enum Environment {
    static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    /// Those of the named variables that are set.
    static func variables(_ names: [String]) -> [String: String] {
        names.reduce(into: [:]) { found, name in found[name] = variable(name) }
    }
}
