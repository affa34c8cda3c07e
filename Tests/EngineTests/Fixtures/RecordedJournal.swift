import FoundationEssentials
import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

/// A journal that was written once and kept: what was stored by an older host must still mean the same.
struct RecordedJournal: Sendable {
    /// Of the file.
    let name: String
    let document: JSON
    let entries: [JournalEntry]
    /// `RunState.picture` of what the entries lead to.
    let picture: [String]

    private static let folder: String = {
        let parts = #filePath.split(separator: "/").dropLast(2)
        return "/" + parts.joined(separator: "/") + "/Journals"
    }()

    static func all() throws -> [RecordedJournal] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }.sorted().map {
            try RecordedJournal(
                name: $0, json: JSON(parsing: String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8)))
        }
    }

    private init(name: String, json: JSON) throws {
        self.name = name
        document = json["document"] ?? .null
        picture = (json["picture"]?.array ?? []).compactMap(\.string)
        entries = try #require(json["entries"]?.array).map { entry in
            JournalEntry(
                sequence: Int(try #require(entry["seq"]?.int)),
                at: try #require(entry["at"]?.string.flatMap { Timestamp($0) }),
                kind: try #require(entry["kind"]?.string.flatMap { JournalEntry.Kind(rawValue: $0) }),
                node: entry["node"]?.string ?? "", path: entry["path"]?.string ?? "",
                attempt: Int(entry["attempt"]?.int ?? 0), data: entry["data"] ?? .null)
        }
    }

    /// Writes a journal to the folder, for good.
    static func keep(_ run: Rehearsal, of document: JSON, as name: String) throws {
        let lines = run.entries.map { entry -> String in
            let json: JSON = [
                "seq": .int(Int64(entry.sequence)), "at": .string(entry.at.description),
                "kind": .string(entry.kind.rawValue), "node": .string(entry.node), "path": .string(entry.path),
                "attempt": .int(Int64(entry.attempt)), "data": entry.data,
            ]
            return json.text
        }
        let text = """
            {"document": \(document.text),
            "entries": [
            \(lines.joined(separator: ",\n"))
            ],
            "picture": \(JSON.array(run.state.picture.map(JSON.string)).text)}

            """
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try text.write(toFile: "\(folder)/\(name).json", atomically: true, encoding: .utf8)
    }
}
