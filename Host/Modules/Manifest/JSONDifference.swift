import PatchbayJSON

/// Where two values first differ, in the order of the first one's members.
struct JSONDifference: Equatable {
    /// JSON pointer (RFC 6901).
    var pointer: String
    /// Nil: not there.
    var first: JSON?
    var second: JSON?

    /// Nil when both mean the same: `1` equals `1.0`, and the order of members does not count.
    init?(_ first: JSON, _ second: JSON) {
        self.init(first, second, at: "")
    }

    private init?(_ first: JSON, _ second: JSON, at pointer: String) {
        switch (first, second) {
        case (.object(let a), .object(let b)):
            for member in a where member.value != b[member.name] {
                let place = pointer + JSON.pointerToken(member.name)
                guard let other = b[member.name] else {
                    self.init(pointer: place, first: member.value, second: nil)
                    return
                }
                self.init(member.value, other, at: place)
                return
            }
            guard let extra = b.first(where: { a[$0.name] == nil }) else { return nil }
            self.init(pointer: pointer + JSON.pointerToken(extra.name), first: nil, second: extra.value)
        case (.array(let a), .array(let b)):
            for (index, value) in a.enumerated() {
                guard index < b.count else {
                    self.init(pointer: "\(pointer)/\(index)", first: value, second: nil)
                    return
                }
                guard value != b[index] else { continue }
                self.init(value, b[index], at: "\(pointer)/\(index)")
                return
            }
            guard a.count < b.count else { return nil }
            self.init(pointer: "\(pointer)/\(a.count)", first: nil, second: b[a.count])
        default:
            if first == second { return nil }
            self.init(pointer: pointer, first: first, second: second)
        }
    }

    private init(pointer: String, first: JSON?, second: JSON?) {
        self.pointer = pointer
        self.first = first
        self.second = second
    }
}
