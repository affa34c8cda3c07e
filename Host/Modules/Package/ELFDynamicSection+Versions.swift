extension ELFDynamicSection {
    /// The versions named in `.gnu.version_r` (LSB, symbol versioning).
    func requiredVersions() throws(ELFError) -> [ELFImage.RequiredVersion] {
        guard let address = value(.versionsNeeded) else { return [] }
        var at = try segments.offset(of: address, "the table of versions")
        var versions: [ELFImage.RequiredVersion] = []
        for _ in 0..<min(value(.versionsNeededCount) ?? 0, Self.mostLibraries) {
            let count = try file.number(UInt16.self, at: at + 2, in: "the table of versions")
            let library = try string(UInt64(try file.number(UInt32.self, at: at + 4, in: "the table of versions")))
            var entry = try advance(at, try file.number(UInt32.self, at: at + 8, in: "the table of versions"))
            for _ in 0..<count {
                let name = try file.number(UInt32.self, at: entry + 8, in: "the table of versions")
                versions.append(ELFImage.RequiredVersion(library: library, version: try string(UInt64(name))))
                guard versions.count <= Self.mostVersions else { throw .malformed("it needs too many versions") }
                let step = try file.number(UInt32.self, at: entry + 12, in: "the table of versions")
                if step == 0 { break }
                entry = try advance(entry, step)
            }
            let step = try file.number(UInt32.self, at: at + 12, in: "the table of versions")
            if step == 0 { break }
            at = try advance(at, step)
        }
        return versions
    }

    private func advance(_ place: UInt64, _ step: UInt32) throws(ELFError) -> UInt64 {
        try file.position(place, UInt64(step), of: 1)
    }

    /// Entries may lead in circles; nothing real comes near these.
    private static let mostLibraries: UInt64 = 1_000
    private static let mostVersions = 2_000
}
