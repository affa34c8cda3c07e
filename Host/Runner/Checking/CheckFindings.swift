import PatchbayJSON

/// What a check found, in the order it was found.
struct CheckFindings {
    enum Level: String { case failed, warning }

    private var seen: Set<String> = []
    private(set) var entries: [(level: Level, text: String)] = []
    /// Why there was nothing to check.
    var skipped: String?
    /// What the parent looks further into.
    var data: JSONObject = [:]

    mutating func failed(_ text: String) { add(.failed, text) }

    mutating func warning(_ text: String) { add(.warning, text) }

    /// More memory than the process may have.
    static func filled(_ bytes: Int) -> CheckFindings {
        var findings = CheckFindings()
        findings.failed("It filled more than the \(bytes >> 20) MiB that it may have.")
        return findings
    }

    /// The same sentence counts once, and nobody reads the fiftieth.
    private mutating func add(_ level: Level, _ text: String) {
        guard entries.count < 20, seen.insert(text).inserted else { return }
        entries.append((level, text))
    }

    var json: JSONObject {
        var line: JSONObject = ["data": .object(data)]
        line["skipped"] = skipped.map { .string($0) }
        line["findings"] = .array(entries.map { ["level": .string($0.level.rawValue), "text": .string($0.text)] })
        return line
    }
}
