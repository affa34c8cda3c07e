extension ELFDynamicSection {
    /// Names of the symbols that are defined here and visible outside; of very many the first thousand.
    func exports() throws(ELFError) -> [String] {
        guard let address = value(.symbolTable) else { return [] }
        let table = try segments.offset(of: address, "the symbol table")
        var names: [String] = []
        for index in 1..<max(try symbolCount(), 1) {
            let at = try file.position(table, index, of: 24)
            try file.check(at, 24, "symbol \(index)")
            let name = try file.number(UInt32.self, at: at, in: "a symbol")
            let info = try file.number(UInt8.self, at: at + 4, in: "a symbol")
            let other = try file.number(UInt8.self, at: at + 5, in: "a symbol")
            let section = try file.number(UInt16.self, at: at + 6, in: "a symbol")
            // Global, weak or unique; default or protected visibility.
            let isVisible = [1, 2, 10].contains(info >> 4) && [0, 3].contains(other & 3)
            if section != 0, isVisible { names.append(try string(UInt64(name))) }
            if names.count == Self.mostExports { break }
        }
        return names
    }

    /// One is right; a thousand say enough of what is wrong.
    private static let mostExports = 1_000

    /// The dynamic linker has no count either; it finds symbols through a hash table, which tells how far they reach.
    private func symbolCount() throws(ELFError) -> UInt64 {
        if let address = value(.gnuHash) { return try gnuSymbolCount(address) }
        guard let address = value(.hash) else { return 0 }
        // nbucket, nchain: one chain entry a symbol.
        let table = try segments.offset(of: address, "the hash table")
        return UInt64(try file.number(UInt32.self, at: table + 4, in: "the hash table"))
    }

    /// The chain of the highest bucket ends at the last symbol.
    private func gnuSymbolCount(_ address: UInt64) throws(ELFError) -> UInt64 {
        let table = try segments.offset(of: address, "the hash table")
        let buckets = UInt64(try file.number(UInt32.self, at: table, in: "the hash table"))
        let first = UInt64(try file.number(UInt32.self, at: table + 4, in: "the hash table"))
        let bloomWords = UInt64(try file.number(UInt32.self, at: table + 8, in: "the hash table"))
        let bucketTable = try file.position(table + 16, bloomWords, of: 8)
        let chains = try file.position(bucketTable, buckets, of: 4)
        try file.check(bucketTable, buckets * 4, "the hash table")
        var last: UInt64 = 0
        for index in 0..<buckets {
            last = max(last, UInt64(try file.number(UInt32.self, at: bucketTable + index * 4, in: "the hash table")))
        }
        guard last >= first, last > 0 else { return first }
        // Ends at the file's end if not before.
        while try file.number(UInt32.self, at: try file.position(chains, last - first, of: 4), in: "the hash table") & 1
            == 0
        {
            last += 1
        }
        return last + 1
    }
}
