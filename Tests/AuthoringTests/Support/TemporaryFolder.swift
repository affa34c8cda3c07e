import FoundationEssentials

/// A folder that is there as long as this value.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let place = FileManager.default.temporaryDirectory.path + "/patchbay-authoring-\(UInt64.random(in: 0...(.max)))"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        path = place
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func write(_ text: String, to name: String) throws {
        let place = file(name)
        let folder = String(place[..<(place.lastIndex(of: "/") ?? place.startIndex)])
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: place))
    }

    func read(_ name: String) throws -> String { try String(contentsOfFile: file(name), encoding: .utf8) }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }
}
