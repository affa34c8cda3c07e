extension ELFImage {
    /// Reads an image. The parts that are examined must all be there; what the examination does not need is not judged.
    package init(_ bytes: [UInt8]) throws(ELFError) {
        let file = ELFBytes(bytes: bytes)
        try Self.checkIdentification(bytes)
        let header = try ELFHeader(file)
        let segments = try ELFSegments(file, header)
        machine = Machine(header.machine)
        kind = Kind(header.type)
        needsExecutableStack = segments.needsExecutableStack
        guard let dynamic = try ELFDynamicSection(file, segments) else {
            (exports, needed, rpath, runpath, requiredVersions) = ([], [], [], [], [])
            hasTextRelocations = false
            return
        }
        exports = try dynamic.exports()
        needed = try dynamic.strings(.needed)
        rpath = try dynamic.folders(.rpath)
        runpath = try dynamic.folders(.runpath)
        hasTextRelocations = dynamic.hasTextRelocations
        requiredVersions = try dynamic.requiredVersions()
    }

    private static func checkIdentification(_ bytes: [UInt8]) throws(ELFError) {
        let magic: [UInt8] = [0x7F, 0x45, 0x4C, 0x46]
        guard bytes.starts(with: magic) else {
            let beginning = String(decoding: bytes.prefix(16), as: UTF8.self)
            throw .notELF(beginning: bytes.isEmpty ? "" : beginning.debugDescription)
        }
        guard bytes.count >= 64 else { throw .truncated("the file header") }
        guard bytes[4] == 2 else { throw .foreignForm("32 bits wide") }
        guard bytes[5] == 1 else { throw .foreignForm("most significant byte first") }
    }
}

/// The file header: where everything else begins.
struct ELFHeader {
    let type: UInt16
    let machine: UInt16
    let programHeaders: UInt64
    let programHeaderWidth: UInt64
    let programHeaderCount: UInt64

    init(_ file: ELFBytes) throws(ELFError) {
        type = try file.number(UInt16.self, at: 16, in: "the file header")
        machine = try file.number(UInt16.self, at: 18, in: "the file header")
        programHeaders = try file.number(UInt64.self, at: 32, in: "the file header")
        programHeaderWidth = UInt64(try file.number(UInt16.self, at: 54, in: "the file header"))
        programHeaderCount = UInt64(try file.number(UInt16.self, at: 56, in: "the file header"))
        guard programHeaderCount == 0 || programHeaderWidth == 56 else {
            throw .malformed("program headers are \(programHeaderWidth) bytes wide instead of 56")
        }
        // Nothing reads section headers, but they stand at the file's end: a download that broke off lacks them.
        let sections = try file.number(UInt64.self, at: 40, in: "the file header")
        let width = UInt64(try file.number(UInt16.self, at: 58, in: "the file header"))
        let count = UInt64(try file.number(UInt16.self, at: 60, in: "the file header"))
        if count > 0 { try file.check(sections, width * count, "the section header table") }
    }
}
