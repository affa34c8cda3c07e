/// Why a call shall end early; the numbers are the ABI's `PB_CANCEL_…`.
enum CancelReason: Int32, Sendable {
    case requested = 0
    case deadline = 1
    case shutdown = 2
}

/// Which calls run, under which numbers, and when each is over: the rules of a call's life, without a clock, a lock or a
/// connector.
///
/// A call is *reserved*, then *begun* (its connector is being asked), then *accepted*; it ends once, by completion, by
/// refusal, or by being given up. Its number is never used again, so whoever comes late meets nobody.
struct CallSlots<Payload> {
    typealias ID = UInt64
    /// Milliseconds on a clock that never goes back.
    typealias Moment = Int64

    private enum Phase {
        case reserved
        case begun
        case accepted
    }

    private struct Slot {
        var id: ID = 0
        var payload: Payload?
        var phase = Phase.reserved
        var deadline: Moment = .max
        var cancelled: CancelReason?
        /// When it is given up; after a cancellation only.
        var end: Moment = .max

        /// When something must happen to it.
        var wake: Moment { cancelled == nil ? deadline : end }
    }

    private var slots: [Slot] = []
    private var free: [Int] = []
    private var counter: UInt64 = 0
    private(set) var count = 0

    /// Calls at the same time; the low bits of a number are its slot.
    static var capacity: Int { 1 << slotBits }
    private static var slotBits: UInt64 { 16 }

    private func index(of id: ID) -> Int? {
        let index = Int(id & (1 << Self.slotBits - 1))
        // Without looking at the payload: 0 is no call, and a free slot's number is 0.
        return id != 0 && index < slots.count && slots[index].id == id ? index : nil
    }

    /// Nil when all slots are taken.
    mutating func reserve(_ payload: Payload, deadline: Moment) -> ID? {
        let index: Int
        if let last = free.popLast() {
            index = last
        } else {
            guard slots.count < Self.capacity else { return nil }
            index = slots.count
            slots.append(Slot())
        }
        // 48 bits: at a million calls a second these last for nine years of one process.
        counter += 1
        let id = counter << Self.slotBits | UInt64(index)
        slots[index] = Slot(id: id, payload: payload, deadline: deadline)
        count += 1
        return id
    }

    /// Nil when the connector may be asked now; else why it need not be: the call was cancelled before, or is over.
    mutating func begin(_ id: ID) -> CancelReason? {
        guard let index = index(of: id) else { return .requested }
        if let reason = slots[index].cancelled { return reason }
        slots[index].phase = .begun
        return nil
    }

    /// The connector has taken the call on. Answers why it must be told to cancel, when that was wanted meanwhile.
    mutating func accept(_ id: ID) -> CancelReason? {
        guard let index = index(of: id) else { return nil }
        slots[index].phase = .accepted
        return slots[index].cancelled
    }

    /// Ends a call; nil when it is over already.
    mutating func end(_ id: ID) -> Payload? {
        guard let index = index(of: id) else { return nil }
        let payload = slots[index].payload
        slots[index] = Slot()
        free.append(index)
        count -= 1
        return payload
    }

    func payload(_ id: ID) -> Payload? { index(of: id).flatMap { slots[$0].payload } }

    func isCancelled(_ id: ID) -> Bool? { index(of: id).map { slots[$0].cancelled != nil } }

    /// Wants a call to end early, and gives it up `grace` later. Answers what the connector must be told of; nil when it
    /// knows already, or is told when it has accepted, or the call is over. A second reason changes nothing.
    mutating func cancel(_ id: ID, _ reason: CancelReason, now: Moment, grace: Moment) -> Payload? {
        guard let index = index(of: id), slots[index].cancelled == nil else { return nil }
        slots[index].cancelled = reason
        slots[index].end = now &+ grace
        return slots[index].phase == .accepted ? slots[index].payload : nil
    }

    struct Expired {
        /// Past their deadline: to be cancelled.
        var cancel: [(id: ID, payload: Payload)] = []
        /// Cancelled and not ended within the grace: over now.
        var givenUp: [(id: ID, payload: Payload, reason: CancelReason)] = []
        /// When to look again.
        var next: Moment = .max
    }

    /// What the passing of time does.
    mutating func expire(now: Moment, grace: Moment) -> Expired {
        var expired = Expired()
        for slot in slots where slot.id != 0 {
            if let reason = slot.cancelled, slot.end <= now {
                if let payload = end(slot.id) { expired.givenUp.append((slot.id, payload, reason)) }
            } else {
                if slot.cancelled == nil, slot.deadline <= now,
                    let payload = cancel(slot.id, .deadline, now: now, grace: grace)
                {
                    expired.cancel.append((slot.id, payload))
                }
                if let index = index(of: slot.id) { expired.next = min(expired.next, slots[index].wake) }
            }
        }
        return expired
    }

    /// Numbers of all calls whose payload fits.
    func ids(where fits: (Payload) -> Bool) -> [ID] {
        slots.compactMap { slot in slot.payload.map(fits) == true ? slot.id : nil }
    }
}
