import ConnectorSDK
import PatchbayJSON

/// How code ended.
struct Outcome: Sendable {
    /// `state`, `failure`, `lines`, `dropped`, as the prelude gives them.
    var report: JSON
    var result: JSON

    /// What was written to the console.
    var lines: [ConsoleLine] {
        (report["lines"]?.array ?? []).map { line in
            ConsoleLine {
                $0.level = ConsoleLine.Level(rawValue: line["level"]?.string ?? "") ?? .info
                $0.text = line["text"]?.string ?? ""
            }
        }
    }

    var dropped: Int { report["dropped"]?.int.flatMap { Int(exactly: $0) } ?? 0 }

    /// Nil when it went well.
    var error: ConnectorError? {
        switch report["state"]?.string {
        case "done": return nil
        case "failed": return Self.error(report["failure"] ?? .null, lines: lines)
        case "unserializable":
            let reason = report["failure"]?["message"]?.string ?? "no reason"
            return .invalid("/code", "returns what JSON cannot say: \(reason)")
        default: return .invalid("/code", "waits for what never comes: there are no timers and no network")
        }
    }

    /// What code threw: its word, its sentence, its place, and what it had written until then.
    static func error(_ failure: JSON, lines: [ConsoleLine]) -> ConnectorError {
        var detail: JSONObject = [:]
        let message = failure["message"]?.string ?? ""
        let name = failure["name"]?.string
        var place = ""
        // The code begins on the second line of what the engine is given.
        if let line = failure["line"]?.int, line > 1 {
            detail["line"] = .int(line - 1)
            place = " (line \(line - 1)"
            if let column = failure["column"]?.int {
                detail["column"] = .int(column)
                place += ", column \(column)"
            }
            place += ")"
        }
        if !lines.isEmpty { detail["console"] = lines.json }
        return ConnectorError(
            .invalidInput, "The code failed: \(name.map { "\($0): " } ?? "")\(message)\(place).", effect: .none,
            vendorCode: name, detail: .object(detail), pointer: "/code")
    }
}

/// A line that code has written.
struct ConsoleLine: Fields {
    @Field("How loud: `log` and `info` are both `info`.") var level: Level
    @Field("The line; values that are no texts stand there as JSON.") var text: String

    enum Level: String, FieldChoice { case debug, info, warning, error }
}
