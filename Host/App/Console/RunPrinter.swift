import PatchbayJSON

/// Shows a run, as the API tells it, step by step.
enum RunPrinter {
    /// Outputs beyond this many characters are cut.
    private static let longest = 160

    static func print(_ run: JSON) {
        let duration = run["duration_ms"]?.int.map { " in \($0) ms" } ?? ""
        Console.print("\nRun \(run["id"]?.string ?? "") \(run["status"]?.string ?? "")\(duration)")
        for step in run["steps"]?.array ?? [] { print(step: step) }
        if let output = run["output"], !output.isNull { Console.print("  output: \(shortened(output.text))") }
        if let error = run["error"], !error.isNull { Console.print("  error: \(error.text)") }
    }

    private static func print(step: JSON) {
        let status = step["status"]?.string ?? ""
        let mark = ["completed": "✓", "failed": "✗", "skipped": "–"][status] ?? "…"
        let duration = step["duration_ms"]?.int.map { "\($0) ms" } ?? ""
        let attempts = step["attempts"]?.int ?? 1
        var line = "  \(mark) \(padded(step["node_id"]?.string ?? "", to: 12)) \(padded(status, to: 10)) \(duration)"
        if attempts > 1 { line += " (\(attempts) attempts)" }
        if let output = step["output"], !output.isNull { line += "  \(shortened(output.text))" }
        if let message = step["error"]?["message"]?.string { line += "  \(message)" }
        Console.print(line)
    }

    private static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func shortened(_ text: String) -> String {
        text.count > longest ? text.prefix(longest) + "…" : text
    }
}
