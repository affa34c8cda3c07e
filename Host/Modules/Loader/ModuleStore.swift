import Glibc
import PatchbayCore
import PatchbaySecurity

/// Where libraries are opened from: copies of their bytes under their own digest, which nobody overwrites.
///
/// A library that is open must never change on disk (the process would die of SIGBUS at the next page it needs), and what
/// was checked must be what is opened. Neither can be had of a file that somebody installs into.
struct ModuleStore: Sendable {
    /// Private to the host's user.
    let folder: String

    /// Raised when what a probe says is not to be believed any longer.
    private static let mark = "probe \(Prober.revision) abi \(Prober.abi)\n"

    /// The path of the copy. `generation` tells copies of the same bytes apart: a library that was stopped cannot be started
    /// again in the same process, a copy of it can.
    func keep(
        _ bytes: [UInt8], sha256: String, as id: String, generation: Int = 0
    ) throws(ConnectorRefusal) -> String {
        let home = "\(folder)/\(sha256)"
        let path = "\(home)/\(id)\(generation == 0 ? "" : ".\(generation)").so"
        do throws(FileSystem.Failure) {
            try privateFolder(folder)
            try privateFolder(home)
            // Read and hashed again, although its name says what it is: whoever can write to the data folder may have
            // changed it since, and the name is all that the check of the connector's own copy would be worth.
            if isKept(path, sha256, size: bytes.count) { return path }
            let own = "\(path).\(getpid()).\(UInt64.random(in: 0...(.max)))"
            try FileSystem.write(bytes, to: own, mode: 0o444)
            defer { unlink(own) }
            // Another process of this host may have been quicker. Its file stays: a runner that is about to open it may open
            // that very file and no other that takes its place.
            if link(own, path) == 0 || (errno == EEXIST && isKept(path, sha256, size: bytes.count)) { return path }
            guard rename(own, path) == 0 else { throw FileSystem.Failure(number: errno) }
        } catch {
            throw ConnectorRefusal(
                .storeFailed, have: "\(path): \(error.description)", need: "a data folder that the host may write to",
                hint: "Check the folder's owner, mode and free space.")
        }
        return path
    }

    private func isKept(_ path: String, _ sha256: String, size: Int) -> Bool {
        (try? FileSystem.read(path, atMost: size)).map { Digest.sha256Hex($0) == sha256 } ?? false
    }

    /// Whether these bytes have been found in order, by a runner that looks at what this host wants looked at.
    func isProbed(_ sha256: String) -> Bool {
        (try? FileSystem.read("\(folder)/\(sha256)/probed", atMost: 1 << 10)) == Array(Self.mark.utf8)
    }

    /// A mark that cannot be written only costs another probe.
    func markProbed(_ sha256: String) {
        try? FileSystem.write(Array(Self.mark.utf8), to: "\(folder)/\(sha256)/probed", mode: 0o444)
    }

    private func privateFolder(_ path: String) throws(FileSystem.Failure) {
        try FileSystem.createFolder(path, mode: 0o700)
        guard chmod(path, 0o700) == 0 else { throw FileSystem.Failure(number: errno) }
    }
}
