import FoundationEssentials
import Logging
import PatchbayModules

/// A temporary folder with connectors that do nothing, all made from the one that was built.
struct Workshop {
    /// What the measured connector is called; copies get another number in the place of `00`.
    static let stem = "measurement-noop-connector-"

    let build: String
    let folder: String

    var plugins: String { folder + "/plugins" }
    var data: String { folder + "/data" }
    var runner: String { build + "/patchbay-runner" }

    static var silent: Logger { Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() } }

    init(build: String) throws {
        self.build = build
        folder = FileManager.default.temporaryDirectory.path + "/patchbay-bench-\(UInt32.random(in: 0...UInt32.max))"
        for path in [plugins, data] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    /// Writes a copy of the library with an id of its own over the one it was built with. Both ids have the same length, so
    /// nothing moves; each copy is a file, and so an image, of its own.
    func stamp(_ number: Int) throws -> String {
        let digits = (number < 10 ? "0" : "") + String(number)
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: build + "/libnoop.so")))
        let old = Array((Self.stem + "00").utf8)
        let new = Array((Self.stem + digits).utf8)
        var found = 0
        var start = bytes.startIndex
        while start + old.count <= bytes.endIndex {
            if bytes[start] == old[0], bytes[start..<start + old.count].elementsEqual(old) {
                bytes.replaceSubrange(start..<start + old.count, with: new)
                found += 1
                start += old.count
            } else {
                start += 1
            }
        }
        precondition(found > 0, "the library does not hold its id as text")
        let path = folder + "/lib\(digits).so"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    func stage(_ files: [String]) async throws {
        let staging = Staging(prober: Prober(runner: runner))
        for file in files { _ = try await staging.stage(library: file, into: plugins) }
    }

    func registry(isolation: IsolationPolicy = .inProcess) -> ConnectorRegistry {
        ConnectorRegistry(
            plugins: plugins, data: data, prober: Prober(runner: runner), isolation: isolation, logger: Self.silent)
    }
}
