import Glibc

/// Looks for several canaries in one pass, for what is too large to be gone through for each part of each.
package struct CanarySearch: Sendable {
    private struct Part {
        var name: String
        var text: [UInt8]
    }

    /// By their first two bytes.
    private let parts: [Int: [Part]]
    /// Which two bytes some part begins with.
    private let beginnings: [Bool]

    package init(_ canaries: [Canary]) {
        var parts: [Int: [Part]] = [:]
        var beginnings = [Bool](repeating: false, count: 1 << 16)
        for canary in canaries {
            for (name, text) in Canary.parts(of: canary) {
                let key = Int(text[0]) << 8 | Int(text[1])
                parts[key, default: []].append(Part(name: "\(canary.user), \(name)", text: text))
                beginnings[key] = true
            }
        }
        self.parts = parts
        self.beginnings = beginnings
    }

    /// Which parts stand there, each once for every place.
    package func leaks(in bytes: [UInt8]) -> [String] {
        var found: [String] = []
        bytes.withUnsafeBufferPointer { bytes in
            beginnings.withUnsafeBufferPointer { beginnings in
                guard let base = bytes.baseAddress, let isBeginning = beginnings.baseAddress else { return }
                var place = 0
                let last = bytes.count - 1
                while place < last {
                    let key = Int(base[place]) << 8 | Int(base[place + 1])
                    if isBeginning[key] { found += self.found(key, base + place, bytes.count - place) }
                    place += 1
                }
            }
        }
        return found
    }

    private func found(_ key: Int, _ start: UnsafePointer<UInt8>, _ count: Int) -> [String] {
        (parts[key] ?? []).filter { $0.text.count <= count && memcmp(start, $0.text, $0.text.count) == 0 }.map(\.name)
    }
}
