/// What the parser has read and not yet put into a container. Moving the top of a stack into an array of just the right
/// size costs one allocation a container, where growing each array on its own costs several.
struct Stack<Element>: ~Copyable {
    private(set) var count = 0
    private var capacity = 16
    private var base: UnsafeMutablePointer<Element>

    init() {
        base = .allocate(capacity: capacity)
    }

    deinit {
        base.deinitialize(count: count)
        base.deallocate()
    }

    mutating func push(_ element: consuming Element) {
        if count == capacity { grow() }
        (base + count).initialize(to: element)
        count += 1
    }

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
        base.deallocate()
        base = larger
        capacity *= 2
    }
}
