import FoundationEssentials

/// The public test suites that are kept outside the repository: at the environment's `PATCHBAY_SHARED`, else in a
/// folder `shared` beside the package.
package enum SharedSuites {
    /// The files of a suite's folder in the order of their names; nil, said aloud, when the folder is not there.
    package static func files(in path: String) throws -> [(name: String, bytes: [UInt8])]? {
        let folder = root + "/suites/" + path
        guard FileManager.default.fileExists(atPath: folder) else {
            print("NOT RUN: no suite at \(folder); set PATCHBAY_SHARED to the folder that holds `suites`")
            return nil
        }
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().compactMap { name in
            FileManager.default.contents(atPath: folder + "/" + name).map { (name, [UInt8]($0)) }
        }
    }

    /// The files of a suite's folder and of those inside it, by their paths from there.
    package static func files(below path: String) throws -> [(path: String, bytes: [UInt8])]? {
        let folder = root + "/suites/" + path
        guard FileManager.default.fileExists(atPath: folder) else {
            print("NOT RUN: no suite at \(folder); set PATCHBAY_SHARED to the folder that holds `suites`")
            return nil
        }
        return try FileManager.default.subpathsOfDirectory(atPath: folder).sorted().compactMap { path in
            FileManager.default.contents(atPath: folder + "/" + path).map { (path, [UInt8]($0)) }
        }
    }

    private static var root: String {
        if let named = ProcessInfo.processInfo.environment["PATCHBAY_SHARED"], !named.isEmpty { return named }
        // <package>/Tests/SharedSuites/SharedSuites.swift
        let package = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        return package.joined(separator: "/") + "/../shared"
    }
}
