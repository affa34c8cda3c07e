import Glibc
import PatchbayJSON

/// What commands print: results to standard output, everything else to standard error.
enum Console {
    static func print(_ text: String) {
        write(text, to: STDOUT_FILENO)
    }

    /// A question, with the cursor behind it.
    static func ask(_ text: String) { write(text, to: STDERR_FILENO, ending: "") }

    static func note(_ text: String) {
        write(text, to: STDERR_FILENO)
    }

    /// Without a buffer in between: what was printed is out, whatever happens next.
    private static func write(_ text: String, to descriptor: Int32, ending: String = "\n") {
        var bytes = Array((text + ending).utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 && errno != EINTR { return }
            bytes = bytes.dropFirst(max(written, 0))
        }
    }

    /// A value for programs: one JSON text, indented.
    static func print(json: JSON) { print(json.prettyText) }

    /// Rows under a heading, in columns as wide as need be. Without rows, `empty` is printed instead.
    static func print(table rows: [[String]], heading: [String], empty: String) {
        guard !rows.isEmpty else { return print(empty) }
        let all = [heading] + rows
        let widths = heading.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        for row in all {
            let cells = row.enumerated().map { column, text in
                column == row.count - 1 ? text : text + String(repeating: " ", count: widths[column] - text.count)
            }
            print(cells.joined(separator: "  "))
        }
    }
}
