import Glibc
package import PatchbayCore
import Synchronization

/// The zones of the system's database, each read when somebody first asks for it. What was read stays until the end of the
/// process: a newer database counts from the next start.
package final class SystemTimeZones: TimeZones {
    /// The largest file of the database has about 4 KiB.
    private static let largestFile = 256 << 10
    /// The database has some 600 names.
    private static let mostZones = 2_000

    private let folder: String
    private let zones = Mutex<[String: TimeZoneRules]>([:])

    /// The folder of the environment's `TZDIR`, else `/usr/share/zoneinfo` (Debian's package `tzdata`).
    package convenience init() {
        let named = getenv("TZDIR").map { String(cString: $0) } ?? ""
        self.init(folder: named.isEmpty ? "/usr/share/zoneinfo" : named)
    }

    package init(folder: String) { self.folder = folder }

    package func rules(named name: String) -> TimeZoneRules? {
        if let fixed = TimeZoneRules(fixed: name) { return fixed }
        guard Self.isName(name) else { return nil }
        if let known = zones.withLock({ $0[name] }) { return known }
        guard let bytes = bytes(of: folder + "/" + name), let rules = try? TimeZoneRules(parsing: bytes) else {
            return nil
        }
        zones.withLock { if $0.count < Self.mostZones { $0[name] = rules } }
        return rules
    }

    /// `America/Argentina/Buenos_Aires`, `Etc/GMT+5`: words that begin with a letter, so that no name leads out of the
    /// folder. `localtime` and `posixrules` are whatever somebody made of them, so they are no names here.
    private static func isName(_ name: String) -> Bool {
        guard name.utf8.count <= 64, name != "localtime", name != "posixrules" else { return false }
        return name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { word in
            guard let first = word.first, isLetter(first) else { return false }
            return word.allSatisfy { byte in
                isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || [UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+")].contains(byte)
            }
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    /// Nil for what is no plain file, too large, or cannot be read.
    private func bytes(of path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= Self.largestFile else {
            return nil
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress! + filled, $0.count - filled) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return nil }
            filled += count
        }
        return bytes
    }
}
