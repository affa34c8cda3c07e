/// The members or elements of a value that some keyword has looked at, by their positions.
struct Marks {
    private var words: [UInt64] = []
    private var hasAll = false

    mutating func insert(_ position: Int) {
        while words.count <= position >> 6 { words.append(0) }
        words[position >> 6] |= 1 << UInt64(position & 63)
    }

    mutating func insertAll() {
        hasAll = true
    }

    func contains(_ position: Int) -> Bool {
        hasAll || position >> 6 < words.count && words[position >> 6] & 1 << UInt64(position & 63) != 0
    }

    mutating func formUnion(_ other: Marks) {
        hasAll = hasAll || other.hasAll
        while words.count < other.words.count { words.append(0) }
        for number in other.words.indices { words[number] |= other.words[number] }
    }
}
