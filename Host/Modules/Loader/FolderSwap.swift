import CLinux
import Glibc

/// Writes a folder of files in one step: beside its place first, then renamed or swapped into it. A reader sees the old folder
/// or the new one, never half of either.
struct FolderSwap {
    private let folder: String

    init(_ folder: String) { self.folder = folder }

    func write(_ files: [(name: String, bytes: [UInt8])]) throws(FileSystem.Failure) {
        guard let slash = folder.lastIndex(of: "/") else { throw FileSystem.Failure(number: EINVAL) }
        let parent = String(folder[..<slash])
        try FileSystem.createFolder(parent)
        // Hidden, so that a scan that comes meanwhile does not take it for a version.
        let temporary = "\(parent)/.\(folder[slash...].dropFirst()).\(getpid()).\(UInt64.random(in: 0...(.max)))"
        try FileSystem.createFolder(temporary)
        defer { FileSystem.removeFolder(temporary) }
        for file in files { try FileSystem.write(file.bytes, to: "\(temporary)/\(file.name)", mode: 0o644) }
        if rename(temporary, folder) == 0 { return }
        guard errno == ENOTEMPTY || errno == EEXIST else { throw FileSystem.Failure(number: errno) }
        if clinux_exchange(temporary, folder) == 0 { return }
        // Some file systems cannot swap: for a moment there is neither.
        let old = temporary + ".old"
        guard rename(folder, old) == 0, rename(temporary, folder) == 0 else { throw FileSystem.Failure(number: errno) }
        FileSystem.removeFolder(old)
    }
}
