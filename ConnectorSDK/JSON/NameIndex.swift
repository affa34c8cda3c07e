/// Where each name of a large object stands: a hash table of positions, which holds no names itself.
///
/// Hashes are seeded anew in every process, so that no sender can choose names that all fall together.
struct NameIndex: Sendable {
    /// Up to so many members a search one by one is as fast.
    static let threshold = 16

    /// Position plus one; zero where nothing stands. Its length is a power of two, at least twice the number of names.
    private var slots: [UInt32] = []

    init() {}

    /// The names of the members must differ.
    init(_ members: [JSONObject.Member]) {
        var size = 64
        while size < members.count * 4 { size *= 2 }
        slots = [UInt32](repeating: 0, count: size)
        for position in members.indices { insert(position, of: members) }
    }

    var isEmpty: Bool { slots.isEmpty }

    func position(of name: String, in members: [JSONObject.Member]) -> Int? {
        var slot = name.nameHash & (slots.count - 1)
        while slots[slot] != 0 {
            let position = Int(slots[slot]) - 1
            if members[position].name.hasSameBytes(as: name) { return position }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Takes in the last member, whose name must be new; the others must have been taken in, unless the index is empty.
    mutating func append(lastOf members: [JSONObject.Member]) {
        if members.count * 2 <= slots.count {
            insert(members.count - 1, of: members)
        } else {
            self = NameIndex(members)
        }
    }

    private mutating func insert(_ position: Int, of members: [JSONObject.Member]) {
        var slot = members[position].name.nameHash & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = UInt32(position + 1)
    }
}

extension String {
    fileprivate var nameHash: Int {
        var hasher = Hasher()
        let hashed: Void? = utf8.withContiguousStorageIfAvailable { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        if hashed == nil { for byte in utf8 { hasher.combine(byte) } }
        return hasher.finalize()
    }
}
