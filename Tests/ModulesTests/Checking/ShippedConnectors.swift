import Glibc

@testable import PatchbayModules

/// The connectors that this package builds.
enum ShippedConnectors {
    /// As their libraries are called, from the lists in `Package.swift`.
    static let names: [String] = {
        let bytes = (try? FileSystem.read(BuildFolder.sources + "/Package.swift", atMost: 1 << 20)) ?? []
        let text = String(decoding: bytes, as: UTF8.self)
        let names = list("connectors", in: text) + list("amazonServices", in: text).map { "aws-" + $0 }
        return names.isEmpty ? ["none: Package.swift has another form"] : names
    }()

    private static func list(_ name: String, in text: String) -> [String] {
        guard let start = text.firstRange(of: "let \(name) = ["),
            let end = text[start.upperBound...].firstIndex(of: "]")
        else { return [] }
        return text[start.upperBound..<end].split(separator: ",").compactMap { entry in
            let parts = entry.split(separator: "\"", omittingEmptySubsequences: false)
            return parts.count == 3 ? parts[1].lowercased() : nil
        }
    }

    static func library(_ name: String) throws -> String {
        let runner = try BuildFolder.runner
        let folder = runner[..<(runner.lastIndex(of: "/") ?? runner.startIndex)]
        let path = "\(folder)/lib\(name).so"
        guard access(path, R_OK) == 0 else { throw Missing(what: "\(path); build the product `\(name)`") }
        return path
    }
}
