package import PatchbayCore
package import PatchbayJSON

/// What the `config` of a `poll` node says.
package struct PollSpec: Sendable, Equatable {
    /// What is done with what is there when it is polled for the first time.
    package enum Start: String, Sendable, CaseIterable {
        /// Nothing: it starts with what comes later.
        case now
        /// A run for each.
        case all
    }

    /// Milliseconds from one poll to the next.
    package let interval: Int64
    package let input: JSON
    /// Where an item has what tells it from others; nil: the whole item does.
    package let id: JSONPointer?
    /// Runs that one poll starts at most; the rest follows at once.
    package let most: Int
    package let start: Start

    static let intervals: ClosedRange<Int64> = 5_000...7 * 86_400_000
    static let mostItems: ClosedRange<Int64> = 1...1_000
    static let standardMost = 100

    static let members = [
        MemberSchema(
            "every", "Every", "How long from one poll to the next, 5s to 7d.", .timeout, required: true,
            examples: ["1m", "15m"]),
        MemberSchema(
            "input", "Input", "What the trigger works on; the connector has its schema. Holds no expressions.", .object,
            examples: [["table": "orders", "column": "id"]]),
        MemberSchema(
            "id", "Id", "A JSON pointer to what tells an item from others; the whole item does when absent.",
            ValueShape(["type": "string", "pattern": "^(/([^~/]|~[01])*)+$", "maxLength": 200]), examples: ["/id"]),
        MemberSchema(
            "most", "Most", "How many runs one poll starts; the rest follows in the next, at once.",
            .integer(mostItems), standard: .int(Int64(standardMost))),
        MemberSchema(
            "start", "Start",
            "Whether items that the first poll tells start runs, or only later ones: `now`, unless `input` says `\"from\": \"oldest\"`.",
            .words(Start.self)),
    ]
}

extension PollSpec {
    /// Reads the members of a config; nil when there is something wrong with them, which the reader then holds.
    package init?(reading reader: inout MemberReader) {
        let before = reader.problems.count
        if reader.object["every"] == nil {
            reader.report(
                "missing-member", "\(reader.subject) lacks \"every\"", hint: "write such as \"every\": \"1m\"")
        }
        let interval = reader.duration("every")
        if let interval, !Self.intervals.contains(interval) {
            reader.report(
                "bad-value", at: "every", "\"every\" of \(reader.subject) must be 5s to 7d",
                hint: "write such as \"1m\"")
        }
        let input = reader.object("input")
        let id = Self.pointer(&reader)
        let most = reader.integer("most", in: Self.mostItems)
        // A trigger that is told to begin with the oldest tells these in its first answer.
        let usual = input?["from"]?.string == "oldest" ? Start.all : .now
        let start = reader.word("start", of: Start.self) ?? usual
        guard let interval, reader.problems.count == before else { return nil }
        self.init(
            interval: interval, input: .object(input ?? [:]), id: id, most: most.map { Int($0) } ?? Self.standardMost,
            start: start)
    }

    private static func pointer(_ reader: inout MemberReader) -> JSONPointer? {
        guard let text = reader.text("id") else { return nil }
        guard let pointer = JSONPointer(text), text.hasPrefix("/") else {
            reader.report(
                "bad-value", at: "id", "\(text.quoted) is no JSON pointer to a member of an item",
                hint: "write such as \"/id\"")
            return nil
        }
        return pointer
    }
}
