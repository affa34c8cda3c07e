/// The places of an evaluation's variables. The first ones need no memory of their own.
struct Slots {
    private static let inline = 6

    private var first = InlineArray<6, Value?>(repeating: nil)
    private var rest: [Value?] = []

    init(count: Int) {
        if count > Self.inline { rest = [Value?](repeating: nil, count: count - Self.inline) }
    }

    /// Nil where nothing is.
    subscript(slot: Int) -> Value? {
        get { slot < Self.inline ? first[slot] : rest[slot - Self.inline] }
        set {
            if slot < Self.inline {
                first[slot] = newValue
            } else {
                rest[slot - Self.inline] = newValue
            }
        }
    }
}
