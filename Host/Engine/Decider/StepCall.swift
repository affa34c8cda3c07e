package import PatchbayCore
package import PatchbayJSON

/// One attempt of an action, as the decider asks for it. By reference, since it goes through many hands.
package final class StepCall: Sendable, Equatable {
    package let key: StepKey
    package let attempt: Int
    package let reference: OperationReference
    package let input: JSON
    package let credential: String?
    package let idempotencyKey: String
    package let startedAt: Timestamp
    /// When the attempt has to be over.
    package let deadline: Timestamp
    /// Whether a `step_started` entry precedes the call. When none does, the entry of the end says when the attempt
    /// began and with what.
    package let isRecorded: Bool

    package init(
        key: StepKey, attempt: Int, reference: OperationReference, input: JSON, credential: String?,
        idempotencyKey: String, startedAt: Timestamp, deadline: Timestamp, isRecorded: Bool
    ) {
        self.key = key
        self.attempt = attempt
        self.reference = reference
        self.input = input
        self.credential = credential
        self.idempotencyKey = idempotencyKey
        self.startedAt = startedAt
        self.deadline = deadline
        self.isRecorded = isRecorded
    }

    /// Id of the node.
    package var node: String { key.node }

    package static func == (one: StepCall, other: StepCall) -> Bool {
        one === other
            || (one.key, one.attempt, one.credential, one.idempotencyKey)
                == (other.key, other.attempt, other.credential, other.idempotencyKey)
                && (one.reference, one.input) == (other.reference, other.input)
                && (one.startedAt, one.deadline, one.isRecorded)
                    == (other.startedAt, other.deadline, other.isRecorded)
    }
}

/// How a call ended.
package enum StepOutcome: Sendable {
    case completed(JSON)
    case failed(OperationFailure)
}

/// The name under which a step's calls are recognised as the same by those who are called.
package enum IdempotencyKey {
    /// Of a step, or of what undoes it.
    package static func of(run: RunID, _ key: StepKey) -> String {
        // A colon stands in no node's id.
        of(run: run, node: key.role == .compensation ? "compensate:\(key.node)" : key.node, path: key.path)
    }

    /// The run's id and a 128-bit FNV-1a hash (http://www.isthe.com/chongo/tech/comp/fnv/) of node and path: 63 ASCII
    /// characters, the same for every attempt.
    package static func of(run: RunID, node: String, path: String = "") -> String {
        var hash: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
        func add(_ byte: UInt8) { hash = (hash ^ UInt128(byte)) &* 0x0000_0000_0100_0000_0000_0000_0000_013b }
        for byte in node.utf8 { add(byte) }
        add(0)
        for byte in path.utf8 { add(byte) }
        return "\(run)-\(digits(hash))"
    }

    /// Every call has a key, and the standard library takes microseconds to write a number of this width.
    private static func digits(_ number: UInt128) -> String {
        String(unsafeUninitializedCapacity: 32) { buffer in
            for place in 0..<32 {
                let digit = UInt8(truncatingIfNeeded: number >> UInt128(124 - 4 * place)) & 0xF
                buffer[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            }
            return 32
        }
    }
}
