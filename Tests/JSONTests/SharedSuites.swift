import Foundation

/// The public test suites that are kept outside the repository: at the environment's `PATCHBAY_SHARED`, else in a folder
/// `shared` beside the package.
enum SharedSuites {
    static func folder(_ path: String) -> URL? {
        let root: URL
        if let named = ProcessInfo.processInfo.environment["PATCHBAY_SHARED"], !named.isEmpty {
            root = URL(fileURLWithPath: named)
        } else {
            // <package>/Tests/JSONTests/SharedSuites.swift
            root = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
                .appendingPathComponent("shared")
        }
        let folder = root.appendingPathComponent("suites").appendingPathComponent(path)
        guard FileManager.default.fileExists(atPath: folder.path) else {
            print("NOT RUN: no suite \(path) at \(folder.path); set PATCHBAY_SHARED to the folder that holds `suites`")
            return nil
        }
        return folder
    }
}
