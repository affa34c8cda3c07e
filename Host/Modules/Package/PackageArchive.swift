import CLibArchive
package import PatchbayCore

/// A file in a package.
package struct PackageFile: Sendable, Equatable {
    package var name: String
    package var bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}

/// The archive that a package is: a tar (POSIX.1-1988, "ustar") behind zstd (RFC 8878) or gzip (RFC 1952), read and written by
/// libarchive. The one place that knows that library.
///
/// It is expanded in memory first and read then, so that what stands behind the end of either is noticed. Nothing is ever
/// written to a path that an archive names.
package struct PackageArchive: Sendable {
    package var limits: PackageLimits

    package init(limits: PackageLimits = PackageLimits()) { self.limits = limits }

    /// The files of an archive. Throws `package-too-large`, `package-malformed` or `package-entry`.
    package func files(in bytes: [UInt8]) throws(ConnectorRefusal) -> [PackageFile] {
        guard bytes.count <= limits.size else {
            throw .packageTooLarge(have: "a package of \(bytes.count) bytes", need: "at most \(limits.size) bytes")
        }
        return try entries(of: try expanded(bytes))
    }

    // MARK: Expanding

    private static let magics: [(bytes: [UInt8], support: @Sendable (OpaquePointer) -> Int32)] = [
        ([0x28, 0xB5, 0x2F, 0xFD], { archive_read_support_filter_zstd($0) }),
        ([0x1F, 0x8B], { archive_read_support_filter_gzip($0) }),
    ]

    private func expanded(_ bytes: [UInt8]) throws(ConnectorRefusal) -> [UInt8] {
        guard let magic = Self.magics.first(where: { bytes.starts(with: $0.bytes) }) else {
            throw .packageMalformed("a file that begins as neither zstd nor gzip does")
        }
        let reader = try Reader()
        guard magic.support(reader.archive) == ARCHIVE_OK else {
            throw .packageMalformed("a compression that this machine's libarchive lacks")
        }
        archive_read_support_format_raw(reader.archive)
        return try bytes.withUnsafeBufferPointer { (raw) throws(ConnectorRefusal) in
            try reader.open(UnsafeRawBufferPointer(raw))
            // One that is compressed more than once costs more than its size tells.
            guard archive_filter_count(reader.archive) == 2 else {
                throw .packageMalformed("a file that is compressed more than once")
            }
            guard try reader.next() != nil else { throw .packageMalformed("an empty archive") }
            let most = limits.expansion(of: bytes.count)
            let expanded = try reader.content(atMost: most) {
                .packageTooLarge(
                    have: "a package of \(bytes.count) bytes that expands to more than \(most)",
                    need: "at most \(limits.expanded) bytes expanded, and \(limits.ratio) times its size")
            }
            guard archive_filter_bytes(reader.archive, -1) == Int64(bytes.count) else {
                throw .packageMalformed("bytes behind the end of the archive")
            }
            return expanded
        }
    }

    // MARK: Reading

    private func entries(of tar: [UInt8]) throws(ConnectorRefusal) -> [PackageFile] {
        let reader = try Reader()
        archive_read_support_format_tar(reader.archive)
        return try tar.withUnsafeBufferPointer { (raw) throws(ConnectorRefusal) in
            try reader.open(UnsafeRawBufferPointer(raw))
            var files: [PackageFile] = []
            var names: Set<String> = []
            while let entry = try reader.next() {
                let name = try name(of: entry)
                guard names.insert(name).inserted else { throw .packageEntry("`\(name)` twice") }
                guard files.count < limits.entries else {
                    throw .packageTooLarge(
                        have: "more than \(limits.entries) files", need: "at most \(limits.entries)")
                }
                let size = archive_entry_size(entry)
                // What it says, before a byte of it is read; the tar itself is within the limit already.
                guard size >= 0, size <= Int64(tar.count) else {
                    throw .packageMalformed("`\(name)` of \(size) bytes in an archive of \(tar.count)")
                }
                let bytes = try reader.content(atMost: Int(size)) {
                    .packageMalformed("`\(name)` with more than it says")
                }
                guard bytes.count == Int(size) else { throw .packageMalformed("`\(name)` with less than it says") }
                files.append(PackageFile(name: name, bytes: bytes))
            }
            // The end is marked by two blocks of zeros; what pads it is zeros too.
            let end = Int(archive_filter_bytes(reader.archive, 0))
            guard end <= tar.count, tar[end...].allSatisfy({ $0 == 0 }) else {
                throw .packageMalformed("bytes behind the end of the archive")
            }
            return files
        }
    }

    private func name(of entry: OpaquePointer) throws(ConnectorRefusal) -> String {
        guard let pointer = archive_entry_pathname(entry) else {
            throw .packageEntry("a file whose name cannot be read")
        }
        let name = String(cString: pointer)
        guard Self.isName(name) else { throw .packageEntry("a file named `\(name.prefix(80))`") }
        guard archive_entry_filetype(entry) == Self.regularFile, archive_entry_hardlink(entry) == nil,
            archive_entry_symlink(entry) == nil, archive_entry_sparse_count(entry) == 0
        else { throw .packageEntry("`\(name)`, which is no ordinary file") }
        return name
    }

    /// `AE_IFREG`, a macro with a cast.
    private static let regularFile: UInt32 = 0o100000

    /// Names of files without folders: letters, digits, `.`, `-`, `_`, up to 100, no dot first.
    package static func isName(_ name: String) -> Bool {
        let bytes = name.utf8
        return (1...100).contains(bytes.count) && bytes.first != UInt8(ascii: ".")
            && bytes.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_")].contains(byte)
            }
    }

    // MARK: Writing

    /// The archive of some files: the same bytes for the same files, whenever and wherever it is made with the same version of
    /// the compression's library.
    package static func bytes(of files: [PackageFile]) throws(ConnectorRefusal) -> [UInt8] {
        let total = files.reduce(0) { $0 + $1.bytes.count + 1_536 }
        let room = total + total / 64 + (1 << 16)
        guard let archive = archive_write_new() else { throw .packageUnwritable("no memory") }
        defer { archive_write_free(archive) }
        // The library keeps both pointers until the archive is closed.
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 16)
        let used = UnsafeMutablePointer<Int>.allocate(capacity: 1)
        used.initialize(to: 0)
        defer {
            buffer.deallocate()
            used.deallocate()
        }
        var isWritten =
            archive_write_set_format_ustar(archive) == ARCHIVE_OK
            && archive_write_add_filter_zstd(archive) == ARCHIVE_OK
            && archive_write_set_filter_option(archive, "zstd", "compression-level", "12") == ARCHIVE_OK
            && archive_write_open_memory(archive, buffer.baseAddress, room, used) == ARCHIVE_OK
        for file in files.sorted(by: { $0.name < $1.name }) where isWritten { isWritten = put(file, archive) }
        isWritten = archive_write_close(archive) == ARCHIVE_OK && isWritten
        guard isWritten else { throw .packageUnwritable(Reader.words(of: archive)) }
        return Array(buffer[..<used.pointee])
    }

    private static func put(_ file: PackageFile, _ archive: OpaquePointer) -> Bool {
        guard let entry = archive_entry_new() else { return false }
        defer { archive_entry_free(entry) }
        archive_entry_set_pathname(entry, file.name)
        archive_entry_set_filetype(entry, regularFile)
        archive_entry_set_perm(entry, 0o644)
        archive_entry_set_size(entry, Int64(file.bytes.count))
        archive_entry_set_mtime(entry, 0, 0)
        return archive_write_header(archive, entry) == ARCHIVE_OK
            && file.bytes.withUnsafeBytes { archive_write_data(archive, $0.baseAddress, $0.count) } == file.bytes.count
    }
}

/// An archive that is being read; freed with the value.
private struct Reader: ~Copyable {
    let archive: OpaquePointer

    init() throws(ConnectorRefusal) {
        guard let archive = archive_read_new() else { throw .packageMalformed("no memory to read it") }
        self.archive = archive
    }

    deinit { archive_read_free(archive) }

    func open(_ bytes: UnsafeRawBufferPointer) throws(ConnectorRefusal) {
        guard archive_read_open_memory(archive, bytes.baseAddress, bytes.count) == ARCHIVE_OK else {
            throw .packageMalformed(Self.words(of: archive))
        }
    }

    /// The next file's description; nil at the end.
    func next() throws(ConnectorRefusal) -> OpaquePointer? {
        var entry: OpaquePointer?
        switch archive_read_next_header(archive, &entry) {
        case ARCHIVE_OK: return entry
        case ARCHIVE_EOF: return nil
        default: throw .packageMalformed(Self.words(of: archive))
        }
    }

    /// What is left of the file.
    func content(
        atMost limit: Int, _ tooMuch: () -> ConnectorRefusal
    ) throws(ConnectorRefusal) -> [UInt8] {
        var content: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = piece.withUnsafeMutableBytes { archive_read_data(archive, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw .packageMalformed(Self.words(of: archive)) }
            guard count > 0 else { return content }
            guard content.count + count <= limit else { throw tooMuch() }
            content += piece[..<count]
        }
    }

    static func words(of archive: OpaquePointer) -> String {
        let words = archive_error_string(archive).map { String(cString: $0) } ?? "an archive that cannot be read"
        return String(words.prefix(200))
    }
}

extension ConnectorRefusal {
    static func packageTooLarge(have: String, need: String) -> ConnectorRefusal {
        ConnectorRefusal(
            .packageTooLarge, have: have, need: need,
            hint: "Leave out what the connector does not need at run time; strip its library.")
    }

    static func packageMalformed(_ have: String) -> ConnectorRefusal {
        ConnectorRefusal(
            .packageMalformed, have: have, need: "a tar in zstd or gzip, whole and with nothing behind it",
            hint: "Fetch the package again, or pack it with `patchbay connector pack`.")
    }

    static func packageEntry(_ have: String) -> ConnectorRefusal {
        ConnectorRefusal(
            .packageEntry, have: have,
            need: "ordinary files without folders, each once, named by letters, digits, . - _",
            hint: "Pack it with `patchbay connector pack`.")
    }

    static func packageUnwritable(_ reason: String) -> ConnectorRefusal {
        ConnectorRefusal(
            .storeFailed, have: "a package that cannot be written: \(reason)", need: "room for it in memory",
            hint: "Try again.")
    }
}
