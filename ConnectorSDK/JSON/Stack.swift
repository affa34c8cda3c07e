/// What the parser has read and not yet put into a container. Moving the top of a stack into an array of just the right
/// size costs one allocation a container, where growing each array on its own costs several.
struct Stack<Element>: ~Copyable {
    private(set) var count = 0
    private var capacity: Int
    private var base: UnsafeMutablePointer<Element>
    /// Whether `base` was allocated here.
    private var isGrown = false

    /// Begins in room that somebody else frees, after the stack is gone: small texts, which are most, need no other.
    init(in room: UnsafeMutableRawBufferPointer) {
        let room = room.bindMemory(to: Element.self)
        base = room.baseAddress!
        capacity = room.count
    }

    deinit {
        base.deinitialize(count: count)
        if isGrown { base.deallocate() }
    }

    /// The top.
    var last: Element? { count == 0 ? nil : base[count - 1] }

    mutating func push(_ element: consuming Element) {
        if count == capacity { grow() }
        (base + count).initialize(to: element)
        count += 1
    }

    @discardableResult
    mutating func pop() -> Element {
        count -= 1
        return (base + count).move()
    }

    /// Gives up everything from `start` on: the caller must move all of it out of the buffer.
    mutating func take(from start: Int) -> UnsafeMutableBufferPointer<Element> {
        let taken = UnsafeMutableBufferPointer(start: base + start, count: count - start)
        count = start
        return taken
    }

    @inline(never)
    private mutating func grow() {
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: base, count: count)
        if isGrown { base.deallocate() }
        (base, isGrown) = (larger, true)
        capacity *= 2
    }
}
