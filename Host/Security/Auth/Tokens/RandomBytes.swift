/// Chance for keys and tokens: the kernel's (`getrandom`), which is what the standard library's generator asks.
enum RandomBytes {
    static func make(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255) } }
}
