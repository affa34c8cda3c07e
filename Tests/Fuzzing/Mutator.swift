/// Makes inputs out of examples and words. The same seed gives the same inputs on every machine.
package struct Mutator {
    /// Longer inputs find nothing that shorter ones do not, and take their time.
    private static let longest = 2_000

    private var generator: Generator
    private let words: [[UInt8]]
    private var corpus: [[UInt8]]

    package init(_ target: FuzzTarget, corpus: [[UInt8]], seed: UInt64) {
        generator = Generator(state: seed)
        words = target.words.map { Array($0.utf8) }
        self.corpus = target.examples + corpus.filter { $0.count <= Self.longest }
    }

    package mutating func next() -> [UInt8] {
        // Every fourth is words in a row, the others change an example.
        if Int.random(in: 0..<4, using: &generator) == 0 {
            let count = Int.random(in: 1...16, using: &generator)
            return (0..<count).flatMap { _ in words.randomElement(using: &generator) ?? [] }
        }
        var bytes = corpus.randomElement(using: &generator) ?? []
        for _ in 0..<Int.random(in: 1...5, using: &generator) { change(&bytes) }
        return Array(bytes.prefix(Self.longest))
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let place = Int.random(in: 0...bytes.count, using: &generator)
        let end = min(bytes.count, place + Int.random(in: 0...8, using: &generator))
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: bytes.removeSubrange(place..<end)
        case 1: bytes.insert(contentsOf: words.randomElement(using: &generator) ?? [], at: place)
        case 2: bytes.replaceSubrange(place..<end, with: words.randomElement(using: &generator) ?? [])
        case 3: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        case 4 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 5:
            // The same again and again: nesting, and long rows.
            let piece = Array(bytes[place..<end])
            for _ in 0..<Int.random(in: 1...60, using: &generator) { bytes.insert(contentsOf: piece, at: place) }
        case 6: bytes.removeSubrange(place...)
        default:
            let other = corpus.randomElement(using: &generator) ?? []
            let start = Int.random(in: 0...other.count, using: &generator)
            bytes.insert(contentsOf: other[start...].prefix(40), at: place)
        }
    }
}

/// SplitMix64.
package struct Generator: RandomNumberGenerator {
    var state: UInt64

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
