import Synchronization

/// How many more things may be under way.
final class FreePlaces: Sendable {
    private let places: Mutex<Int>

    init(_ count: Int) { places = Mutex(count) }

    var count: Int { places.withLock { $0 } }
    func take() { places.withLock { $0 -= 1 } }
    func giveBack() { places.withLock { $0 += 1 } }
}
