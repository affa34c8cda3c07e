import PatchbayJSON

/// How far a mailbox has been read: the cursor. UIDs grow as long as the mailbox's UIDVALIDITY is the same (RFC 3501 §2.3.1.1).
struct MailboxPosition: Equatable {
    /// What is told of a mailbox that was made anew: below this UID only what came since then.
    struct Remainder: Equatable {
        var below: Int
        /// Seconds since 1970.
        var since: Int
    }

    var validity: Int
    /// The lowest UID that was not told.
    var next: Int
    /// When the last message that was told had come, or when it was polled first; seconds since 1970.
    var since: Int
    var remainder: Remainder?

    init(validity: Int, next: Int, since: Int) { (self.validity, self.next, self.since) = (validity, next, since) }

    /// nil when it is none.
    init?(_ json: JSON) {
        guard let validity = json["uid_validity"]?.int, let next = json["next"]?.int, let since = json["since"]?.int,
            next >= 1
        else { return nil }
        self.init(validity: Int(validity), next: Int(next), since: Int(since))
        if let below = json["rebuilt"]?["below"]?.int, let since = json["rebuilt"]?["since"]?.int {
            remainder = Remainder(below: Int(below), since: Int(since))
        }
    }

    var json: JSON {
        var json: JSONObject = [
            "uid_validity": .int(Int64(validity)), "next": .int(Int64(next)), "since": .int(Int64(since)),
        ]
        if let remainder {
            json["rebuilt"] = ["below": .int(Int64(remainder.below)), "since": .int(Int64(remainder.since))]
        }
        return .object(json)
    }

    /// Goes on in what the mailbox is now. One that was made anew is gone through for what came since the last message.
    mutating func enter(validity: Int, next: Int) {
        guard validity != self.validity else { return }
        (self.validity, self.next) = (validity, 1)
        remainder = Remainder(below: next, since: since)
    }

    /// Whether a message is to be told.
    func tells(uid: Int, at moment: Int) -> Bool {
        guard let remainder, uid < remainder.below else { return true }
        return moment >= remainder.since
    }

    /// Everything below this UID was dealt with.
    mutating func advance(to uid: Int) {
        next = max(next, uid)
        if let remainder, next >= remainder.below { self.remainder = nil }
    }

    /// - Parameter now: No message counts as later, whatever it says.
    mutating func told(at moment: Int, now: Int) { since = max(since, min(moment, now)) }
}
