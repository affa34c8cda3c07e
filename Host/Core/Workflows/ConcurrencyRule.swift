package import PatchbayJSON

/// How many runs of a workflow may be under way at a time.
package struct ConcurrencyRule: Sendable, Equatable {
    /// What becomes of a run that finds no place.
    package enum Conflict: String, Sendable, CaseIterable {
        /// It waits for one; the oldest goes first.
        case queue
        /// It is stored as cancelled, and nothing of it is carried out.
        case drop
        /// It takes the place of those before it: they are cancelled.
        case replace
    }

    package static let mostRuns: Int64 = 10_000

    /// 1 to 10,000; with a key, of each value of the key.
    package var limit: Int
    /// What runs are told apart by; a template over `trigger`, `input`, `env` and `workflow`. Nil: all runs of the workflow
    /// count together.
    package var key: String?
    package var conflict: Conflict

    package init(limit: Int, key: String? = nil, conflict: Conflict = .queue) {
        self.limit = limit
        self.key = key
        self.conflict = conflict
    }

    /// The canonical form.
    package var json: JSON {
        var object: JSONObject = ["limit": .int(Int64(limit))]
        if let key { object["key"] = .string(key) }
        object["on_conflict"] = .string(conflict.rawValue)
        return .object(object)
    }

    package init?(reading reader: inout MemberReader) {
        reader.refuseUnknown(known: ["limit", "key", "on_conflict"])
        let limit = reader.integer("limit", in: 1...Self.mostRuns, required: true)
        key = reader.text("key", limit: 2_000)
        conflict = reader.word("on_conflict", of: Conflict.self) ?? .queue
        guard let limit, reader.problems.isEmpty else { return nil }
        self.limit = Int(limit)
    }
}

/// Labels, by which runs find the workers that are kept for them.
package enum WorkerLabel {
    /// The most that a worker has, or a run asks for.
    package static let most = 8

    /// Small letters, digits and hyphens, at most 40.
    package static func isValid(_ label: String) -> Bool {
        (1...40).contains(label.utf8.count)
            && label.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
            }
    }

    /// In order, without repetitions.
    package static func sorted(_ labels: [String]) -> [String] { Set(labels).sorted() }
}
