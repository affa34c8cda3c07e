/// The dynamic section: what the dynamic linker is told.
struct ELFDynamicSection {
    enum Tag: UInt64 {
        case needed = 1
        case hash = 4
        case stringTable = 5
        case symbolTable = 6
        case stringTableSize = 10
        case rpath = 15
        case textRelocations = 22
        case runpath = 29
        case flags = 30
        case gnuHash = 0x6FFF_FEF5
        case versionsNeeded = 0x6FFF_FFFE
        case versionsNeededCount = 0x6FFF_FFFF
    }

    let file: ELFBytes
    let segments: ELFSegments
    private var values: [Tag: [UInt64]] = [:]

    /// Nil when there is none, as in an object file.
    init?(_ file: ELFBytes, _ segments: ELFSegments) throws(ELFError) {
        guard let place = segments.dynamic else { return nil }
        self.file = file
        self.segments = segments
        for index in 0..<(place.size / 16) {
            let at = place.offset + index * 16
            let tag = try file.number(UInt64.self, at: at, in: "the dynamic section")
            if tag == 0 { break }
            guard let tag = Tag(rawValue: tag) else { continue }
            values[tag, default: []].append(try file.number(UInt64.self, at: at + 8, in: "the dynamic section"))
            guard values[tag, default: []].count <= Self.mostEntries else {
                throw .malformed("the dynamic section repeats itself")
            }
        }
    }

    /// Of one kind; only `DT_NEEDED` comes more than once, and never near this.
    private static let mostEntries = 1_000

    func value(_ tag: Tag) -> UInt64? { values[tag]?.last }

    /// `DT_TEXTREL`, or `DF_TEXTREL` in the flags.
    var hasTextRelocations: Bool { value(.textRelocations) != nil || (value(.flags) ?? 0) & 4 != 0 }

    func strings(_ tag: Tag) throws(ELFError) -> [String] {
        var strings: [String] = []
        for index in values[tag] ?? [] { strings.append(try string(index)) }
        return strings
    }

    /// A search path, cut at its colons; empty parts kept, because they mean the working folder.
    func folders(_ tag: Tag) throws(ELFError) -> [String] {
        var folders: [String] = []
        for path in try strings(tag) {
            folders += path.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        }
        return folders
    }

    /// A string of the dynamic string table.
    func string(_ index: UInt64) throws(ELFError) -> String {
        guard let address = value(.stringTable), let size = value(.stringTableSize) else {
            throw .malformed("the dynamic section names no string table")
        }
        let table = try segments.offset(of: address, "the string table")
        try file.check(table, size, "the string table")
        guard index < size else { throw .malformed("a name lies outside the string table") }
        return try file.string(at: table + index, before: table + size, in: "a name")
    }
}
