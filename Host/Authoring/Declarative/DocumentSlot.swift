import DeclarativeFormat

/// The place in the generic library that a document is written into. `Connectors/Declarative/Slot/include/slot.h` fixes
/// its layout: mark, capacity, size, document.
package enum DocumentSlot {
    private static let mark = Array("patchbay:declarative:document:1".utf8) + [0]

    /// The library with the document in it. Throws when it is not the generic library, has a document already, or the
    /// document is too large.
    package static func fill(_ library: [UInt8], with document: [UInt8]) throws(AuthoringError) -> [UInt8] {
        let place = try place(in: library)
        let capacity = number(at: place + mark.count, of: library)
        guard number(at: place + mark.count + 8, of: library) == 0 else {
            throw AuthoringError("The generic library holds a document already. Name the one that Patchbay came with.")
        }
        guard UInt64(document.count) <= capacity, !document.isEmpty else {
            throw AuthoringError(
                "The document has \(document.count) bytes; \(capacity) have room. Split it into two connectors.")
        }
        var filled = library
        for shift in 0..<8 {
            filled[place + mark.count + 8 + shift] = UInt8(truncatingIfNeeded: document.count >> (8 * shift))
        }
        let start = place + mark.count + 16
        filled.replaceSubrange(start..<start + document.count, with: document)
        return filled
    }

    /// Where the slot begins; it must be there once, and all of it.
    private static func place(in library: [UInt8]) throws(AuthoringError) -> Int {
        var found: [Int] = []
        // The slot begins a page.
        for place in stride(from: 0, to: max(0, library.count - mark.count - 16), by: 4_096)
        where library[place] == mark[0] && library[place..<place + mark.count].elementsEqual(mark) {
            found.append(place)
        }
        guard found.count == 1, let place = found.first,
            number(at: place + mark.count, of: library) == UInt64(ConnectorDocument.largest),
            place + mark.count + 16 + ConnectorDocument.largest <= library.count
        else {
            throw AuthoringError(
                "This is not the generic library of connectors without code, or that of another version.")
        }
        return place
    }

    private static func number(at place: Int, of bytes: [UInt8]) -> UInt64 {
        (0..<8).reduce(0) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) }
    }
}
