import FoundationEssentials
import Glibc

/// Notices when a connector's sources change: by their names, sizes and times of change.
package struct SourceWatch: Sendable {
    private let folder: String
    private var known: [String: Stamp]

    private struct Stamp: Equatable {
        var size: Int64
        var seconds: Int
        var nanoseconds: Int
    }

    package init(_ folder: String) {
        self.folder = folder
        known = Self.stamps(of: folder)
    }

    /// Files that were changed, added or removed since it was last asked, sorted.
    package mutating func changes() -> [String] {
        let now = Self.stamps(of: folder)
        defer { known = now }
        return Set(now.keys).union(known.keys).filter { now[$0] != known[$0] }.sorted()
    }

    private static let sources: Set<String> = ["swift", "c", "h", "json", "yaml", "yml"]

    /// What is built, hidden or recorded is no source; neither is anything past the 10,000th file.
    private static func stamps(of folder: String) -> [String: Stamp] {
        var stamps: [String: Stamp] = [:]
        var pending = [""]
        while let path = pending.popLast(), stamps.count < 10_000 {
            for name in AuthoringFiles.names(in: folder + "/" + path) {
                let place = path.isEmpty ? name : path + "/" + name
                var status = stat()
                guard lstat(folder + "/" + place, &status) == 0 else { continue }
                if status.st_mode & S_IFMT == S_IFDIR {
                    if !["build", "Tests"].contains(place) { pending.append(place) }
                } else if let ending = name.split(separator: ".").last, sources.contains(String(ending)) {
                    stamps[place] = Stamp(
                        size: Int64(status.st_size), seconds: status.st_mtim.tv_sec,
                        nanoseconds: status.st_mtim.tv_nsec)
                }
            }
        }
        return stamps
    }
}
