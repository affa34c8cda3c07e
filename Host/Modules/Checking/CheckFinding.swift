package import PatchbayJSON

/// What one check came to.
package struct CheckFinding: Sendable, Equatable {
    package enum Result: String, Sendable, CaseIterable {
        case passed
        /// Something is odd and does no harm to a host.
        case warning
        case failed
        /// The library ended the process that it was run in.
        case crashed
        /// There was nothing to check, or an earlier check stands in the way.
        case skipped
    }

    package var check: String
    package var result: Result
    /// What was found, as sentences; why it was skipped.
    package var texts: [String]
    /// What to do; empty when it passed.
    package var hint: String

    package init(check: String, result: Result, texts: [String] = [], hint: String = "") {
        self.check = check
        self.result = result
        self.texts = texts
        self.hint = hint
    }

    package var json: JSON {
        [
            "check": .string(check), "result": .string(result.rawValue), "findings": .array(texts.map(JSON.string)),
            "hint": .string(hint),
        ]
    }
}

/// What all checks of one connector came to.
package struct CheckReport: Sendable {
    /// `slack 1.0.0`, or the path where it did not come that far.
    package var name: String
    /// What repeats it.
    package var seed: UInt64
    package var findings: [CheckFinding]

    package init(name: String, seed: UInt64, findings: [CheckFinding]) {
        self.name = name
        self.seed = seed
        self.findings = findings
    }

    package var hasPassed: Bool { !findings.contains { $0.result == .failed || $0.result == .crashed } }

    package subscript(check: String) -> CheckFinding? { findings.first { $0.check == check } }

    package var json: JSON {
        [
            "connector": .string(name), "seed": .string(String(seed)), "passed": .bool(hasPassed),
            "checks": .array(findings.map(\.json)),
        ]
    }
}
