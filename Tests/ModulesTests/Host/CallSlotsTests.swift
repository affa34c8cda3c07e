import Testing

@testable import PatchbayModules

@Suite struct CallSlotsTests {
    private var slots = CallSlots<String>()

    private mutating func reserve(_ payload: String, deadline: Int64) throws -> UInt64 {
        let id = slots.reserve(payload, deadline: deadline)
        return try #require(id)
    }

    @Test mutating func `a call ends once`() throws {
        let id = try reserve("a", deadline: 100)
        #expect(slots.begin(id) == nil)
        #expect(slots.accept(id) == nil)
        #expect(slots.payload(id) == "a")
        #expect(slots.count == 1)
        #expect(slots.end(id) == "a")
        #expect(slots.end(id) == nil)
        #expect(slots.payload(id) == nil)
        #expect(slots.isCancelled(id) == nil)
        #expect(slots.count == 0)
    }

    @Test mutating func `numbers are never used again, though places are`() throws {
        var seen: Set<UInt64> = [0]
        for _ in 0..<1_000 {
            let id = try reserve("a", deadline: 100)
            #expect(seen.insert(id).inserted)
            #expect(slots.end(id) != nil)
        }
    }

    @Test mutating func `nonsense is no call`() {
        #expect(slots.payload(0) == nil)
        #expect(slots.end(12_345) == nil)
        #expect(slots.begin(99) == .requested)
        #expect(slots.accept(99) == nil)
        #expect(slots.cancel(99, .requested, now: 0, grace: 1) == nil)
        _ = slots.reserve("a", deadline: 1)
        #expect(slots.payload(0) == nil)
        #expect(slots.payload(.max) == nil)
    }

    @Test mutating func `there is an end to places`() {
        for _ in 0..<CallSlots<String>.capacity { #expect(slots.reserve("a", deadline: 1) != nil) }
        #expect(slots.reserve("a", deadline: 1) == nil)
    }

    @Test mutating func `a call that is cancelled before it began is not begun`() throws {
        let id = try reserve("a", deadline: 100)
        #expect(slots.cancel(id, .requested, now: 0, grace: 10) == nil)
        #expect(slots.begin(id) == .requested)
    }

    @Test mutating func `a connector hears of a cancellation after it has accepted`() throws {
        let id = try reserve("a", deadline: 100)
        _ = slots.begin(id)
        #expect(slots.cancel(id, .requested, now: 0, grace: 10) == nil, "it has not got the call yet")
        #expect(slots.accept(id) == .requested)
        #expect(slots.isCancelled(id) == true)
    }

    @Test mutating func `a second reason changes nothing`() throws {
        let id = try reserve("a", deadline: 100)
        _ = slots.begin(id)
        _ = slots.accept(id)
        #expect(slots.cancel(id, .requested, now: 0, grace: 10) == "a")
        #expect(slots.cancel(id, .shutdown, now: 5, grace: 10) == nil)
        let expired = slots.expire(now: 10, grace: 10)
        #expect(expired.givenUp.map(\.reason) == [.requested])
    }

    @Test mutating func `at the deadline a call is cancelled, and after the grace given up`() throws {
        let id = try reserve("a", deadline: 100)
        let other = try reserve("b", deadline: 500)
        for id in [id, other] {
            _ = slots.begin(id)
            _ = slots.accept(id)
        }
        var expired = slots.expire(now: 99, grace: 20)
        #expect(expired.cancel.isEmpty && expired.givenUp.isEmpty)
        #expect(expired.next == 100)
        expired = slots.expire(now: 101, grace: 20)
        #expect(expired.cancel.map(\.id) == [id])
        #expect(expired.next == 121)
        expired = slots.expire(now: 110, grace: 20)
        #expect(expired.cancel.isEmpty && expired.givenUp.isEmpty, "it was told already")
        expired = slots.expire(now: 121, grace: 20)
        #expect(expired.givenUp.map(\.payload) == ["a"])
        #expect(expired.givenUp.map(\.reason) == [.deadline])
        #expect(expired.next == 500)
        #expect(slots.end(id) == nil)
        #expect(slots.ids { $0 == "b" } == [other])
    }

    @Test mutating func `without calls there is nothing to wake for`() {
        #expect(slots.expire(now: 5, grace: 1).next == .max)
    }
}
