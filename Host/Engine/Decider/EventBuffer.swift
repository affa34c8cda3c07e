import PatchbayJSON

/// Events that came, and the steps that wait for some. An event goes to every step that waits for it when it comes;
/// when none does, it is kept for the first that will.
struct EventBuffer: Sendable {
    struct Event: Sendable, Equatable {
        let name: String
        let payload: JSON
        let id: String
        /// Of one for all runs.
        let key: String?
        /// RFC 3339 text.
        let receivedAt: String
    }

    private struct Wait: Sendable {
        let place: StepPlace
        let name: String
        let key: String?
        let match: JSON

        func takes(_ event: Event) -> Bool { event.name == name && event.key == key && event.payload.holds(match) }
    }

    /// Events kept for later; of more the oldest are forgotten.
    private static let mostKept = 1_000
    /// Events that one run takes in.
    static let mostTaken = 100_000
    static let longestName = 200

    private var seen: Set<String> = []
    private var kept: [Event] = []
    private var waits: [Wait] = []
    private(set) var delivered: [StepPlace: Event] = [:]

    func isNews(_ id: String) -> Bool { !seen.contains(id) && seen.count < Self.mostTaken }

    /// Answers the steps that have waited for it.
    mutating func receive(_ event: Event) -> [StepPlace] {
        guard seen.insert(event.id).inserted else { return [] }
        let waiting = waits.filter { $0.takes(event) }.map(\.place)
        guard !waiting.isEmpty else {
            kept.append(event)
            if kept.count > Self.mostKept { kept.removeFirst() }
            return []
        }
        for place in waiting { delivered[place] = event }
        waits.removeAll { waiting.contains($0.place) }
        return waiting
    }

    /// Answers whether the event is there already.
    mutating func wait(at place: StepPlace, for name: String, key: String? = nil, match: JSON) -> Bool {
        let wait = Wait(place: place, name: name, key: key, match: match)
        guard let index = kept.firstIndex(where: wait.takes) else {
            waits.append(wait)
            return false
        }
        delivered[place] = kept.remove(at: index)
        return true
    }

    mutating func forget(_ place: StepPlace) {
        if delivered.removeValue(forKey: place) != nil { return }
        waits.removeAll { $0.place == place }
    }
}

extension JSON {
    /// Whether all of the pattern is there: nothing is in everything; of objects every member of it, of all else the
    /// same value.
    func holds(_ pattern: JSON) -> Bool {
        if case .object(let wanted) = pattern, wanted.isEmpty { return true }
        guard case .object(let wanted) = pattern else { return pattern == self }
        guard case .object(let own) = self else { return false }
        return wanted.allSatisfy { member in own[member.name]?.holds(member.value) ?? false }
    }
}
