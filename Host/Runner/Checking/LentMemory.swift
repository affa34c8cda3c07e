import CPatchbay
import Glibc

/// Memory that is lent to a connector, and taken back in a way that it notices.
struct LentMemory {
    enum Style {
        /// Overwritten when it is taken back.
        case overwritten
        /// Whoever reads or writes one byte past its end is ended by SIGSEGV. Costs address space that is never given back.
        case walled
        /// The same for whoever touches anything of it once it is taken back.
        case revoked
    }

    private let style: Style
    private var regions: [UnsafeMutableRawBufferPointer] = []

    init(_ style: Style) { self.style = style }

    mutating func lend(_ bytes: [UInt8]) -> pb_bytes {
        guard !bytes.isEmpty else { return pb_bytes() }
        let region = bytes.withUnsafeBytes { place($0) }
        return pb_bytes(data: UnsafePointer(region.assumingMemoryBound(to: UInt8.self)), size: UInt64(bytes.count))
    }

    mutating func lend<Value: BitwiseCopyable>(_ value: Value) -> UnsafeMutablePointer<Value> {
        withUnsafeBytes(of: value) { place($0) }.assumingMemoryBound(to: Value.self)
    }

    /// Takes everything back.
    mutating func end() {
        for region in regions {
            switch style {
            case .overwritten:
                memset(region.baseAddress!, 0xDB, region.count)
                free(region.baseAddress!)
            case .walled: break
            case .revoked: mprotect(region.baseAddress!, region.count, PROT_NONE)
            }
        }
        regions = []
    }

    private mutating func place(_ bytes: UnsafeRawBufferPointer) -> UnsafeMutableRawPointer {
        let start: UnsafeMutableRawPointer
        switch style {
        case .overwritten:
            start = malloc(bytes.count)!
            regions.append(UnsafeMutableRawBufferPointer(start: start, count: bytes.count))
        case .walled, .revoked:
            let pages = (bytes.count + Self.page - 1) / Self.page * Self.page
            let area = mmap(nil, pages + Self.page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)!
            mprotect(area + pages, Self.page, PROT_NONE)
            // Sizes of structs are multiples of their alignment; texts need none.
            start = area + pages - bytes.count
            regions.append(UnsafeMutableRawBufferPointer(start: area, count: pages))
        }
        memcpy(start, bytes.baseAddress!, bytes.count)
        return start
    }

    private static let page = Int(sysconf(Int32(_SC_PAGESIZE)))
}
