/// The program headers: which bytes of the file become which addresses.
struct ELFSegments {
    private struct Loaded {
        let address: UInt64
        let offset: UInt64
        let size: UInt64
    }

    private var loaded: [Loaded] = []
    private(set) var dynamic: (offset: UInt64, size: UInt64)?
    private(set) var needsExecutableStack = true

    private enum Kind {
        static let load: UInt32 = 1
        static let dynamic: UInt32 = 2
        /// `PT_GNU_STACK`
        static let stack: UInt32 = 0x6474_E551
        /// `PF_X`
        static let executable: UInt32 = 1
    }

    init(_ file: ELFBytes, _ header: ELFHeader) throws(ELFError) {
        for index in 0..<header.programHeaderCount {
            let at = try file.position(header.programHeaders, index, of: header.programHeaderWidth)
            try file.check(at, header.programHeaderWidth, "program header \(index)")
            let kind = try file.number(UInt32.self, at: at, in: "a program header")
            let flags = try file.number(UInt32.self, at: at + 4, in: "a program header")
            let offset = try file.number(UInt64.self, at: at + 8, in: "a program header")
            let address = try file.number(UInt64.self, at: at + 16, in: "a program header")
            let size = try file.number(UInt64.self, at: at + 32, in: "a program header")
            switch kind {
            case Kind.load:
                // The dynamic linker would map past the file's end, and a touch there kills the process (SIGBUS).
                try file.check(offset, size, "segment \(index)")
                loaded.append(Loaded(address: address, offset: offset, size: size))
            case Kind.dynamic:
                try file.check(offset, size, "the dynamic section")
                dynamic = (offset, size)
            case Kind.stack: needsExecutableStack = flags & Kind.executable != 0
            default: break
            }
        }
    }

    /// Where in the file the bytes of an address are.
    func offset(of address: UInt64, _ what: @autoclosure () -> String) throws(ELFError) -> UInt64 {
        for segment in loaded where address >= segment.address && address - segment.address < segment.size {
            return segment.offset + (address - segment.address)
        }
        throw .malformed("\(what()) is at an address that no segment holds")
    }
}
