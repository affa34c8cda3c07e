import Glibc
import Synchronization

/// The kernel's random numbers (`getentropy`), fetched many at a time: the standard library asks the kernel for each, which costs
/// more than all else that makes an identifier.
struct SystemRandom: RandomNumberGenerator {
    private struct Store {
        var numbers = [UInt64](repeating: 0, count: 32)
        var left = 0
    }

    private static let store = Mutex(Store())

    mutating func next() -> UInt64 {
        Self.store.withLock { store in
            if store.left == 0 { store.left = Self.fill(&store.numbers) }
            store.left -= 1
            // What was given away is kept nowhere.
            defer { store.numbers[store.left] = 0 }
            return store.numbers[store.left]
        }
    }

    /// Answers how many are there.
    private static func fill(_ numbers: inout [UInt64]) -> Int {
        // The most that can be asked for at once.
        let bytes = 256
        let result = numbers.withUnsafeMutableBytes { getentropy($0.baseAddress, bytes) }
        guard result == 0 else {
            var one = SystemRandomNumberGenerator()
            numbers[0] = one.next()
            return 1
        }
        return bytes / 8
    }
}
