import Glibc
import PatchbayJSON

/// How fast JSON is read and written: what a webhook brings, and documents made to be slow.
enum JSONMeasurement {
    private static let rounds = 15
    /// About as much text a round.
    private static let bytesPerRound = 4 << 20

    static func run() throws {
        for (name, document) in try documents() {
            let text = document.bytes()
            let repeats = max(1, bytesPerRound / text.count)
            let reading = try figures(of: text.count * repeats) {
                for _ in 0..<repeats { _ = try JSON(parsing: text) }
            }
            let writing = try figures(of: text.count * repeats) {
                for _ in 0..<repeats { _ = document.bytes() }
            }
            Bench.report("reading JSON, \(name)", reading, budget: "200 MB/s")
            Bench.report("writing JSON, \(name)", writing, budget: "300 MB/s")
        }
    }

    /// The median of the rounds, and the least; in the thread's own time, so that neighbours do not count.
    private static func figures(of bytes: Int, _ work: () throws -> Void) throws -> String {
        var speeds: [Double] = []
        for _ in 0..<rounds {
            let start = threadMicroseconds
            try work()
            speeds.append(Double(bytes) / (threadMicroseconds - start))
        }
        speeds.sort()
        return "\(Int(speeds[rounds / 2])) MB/s (least \(Int(speeds[0])))"
    }

    private static var threadMicroseconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
    }

    private static func documents() throws -> [(name: String, document: JSON)] {
        let escapes = "line\n\ttab \"quoted\" C:\\path\\to\u{1}é\u{2028}\u{1F600}"
        let deep = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
        let deepObjects = String(repeating: "{\"a\":", count: 500) + "1" + String(repeating: "}", count: 500)
        return [
            ("a webhook's delivery", delivery),
            (
                "long texts",
                array(200) { _ in .string(String(repeating: "All work and no play makes a dull text. ", count: 100)) }
            ),
            ("texts full of escapes", array(20_000) { _ in .string(escapes) }),
            ("texts in Japanese", array(5_000) { _ in .string(String(repeating: "いろはにほへと", count: 10)) }),
            ("many short texts", array(100_000) { .string("s\($0 % 1_000)") }),
            ("many small numbers", array(200_000) { .int(Int64($0 % 1_000)) }),
            ("many large numbers", array(100_000) { .int(Int64($0) &* 7_046_029_254_386_353_131) }),
            ("many fractions", array(100_000) { .double(Double($0) / 100) }),
            ("many doubles of 17 digits", array(100_000) { .double(1 / (Double($0) + 3)) }),
            ("true, false and null", array(200_000) { [true, false, nil][$0 % 3] }),
            ("many empty containers", array(200_000) { $0 % 2 == 0 ? [] : [:] }),
            ("many small objects", array(50_000) { ["id": .int(Int64($0)), "ok": true] }),
            ("objects of many members", object(20_000) { .int(Int64($0)) }),
            ("500 arrays deep", try array(200) { _ in try JSON(parsing: deep) }),
            ("500 objects deep", try array(200) { _ in try JSON(parsing: deepObjects) }),
        ]
    }

    private static func array(_ count: Int, _ element: (Int) throws -> JSON) rethrows -> JSON {
        .array(try (0..<count).map(element))
    }

    private static func object(_ count: Int, _ value: (Int) throws -> JSON) rethrows -> JSON {
        var object = JSONObject(minimumCapacity: count)
        for number in 0..<count { object["member\(number)"] = try value(number) }
        return .object(object)
    }

    /// Fifty commits with their authors, as a push event has them.
    private static var delivery: JSON {
        let commits = array(50) { number in
            [
                "id": "6dcb09b5b57875f334f61aebed695e2e4193db5e", "distinct": true, "number": .int(Int64(number)),
                "message": "Fix all the bugs\n\nThis mends what was broken, and says why. Refs #\(number)",
                "timestamp": "2026-11-21T12:00:00+02:00",
                "url": "https://github.example.com/ada/engine/commit/6dcb09b5b57875f334f61aebed695e2e4193db5e",
                "author": ["name": "Ada Lovelace", "email": "ada@example.com", "username": "ada", "id": 583_231],
                "added": [], "removed": ["docs/old.md"], "modified": ["Sources/Engine.swift", "README.md"],
                "stats": ["additions": 104, "deletions": 4, "ratio": 0.962], "parent": nil,
            ]
        }
        return [
            "ref": "refs/heads/main", "forced": false, "repository": ["full_name": "ada/engine", "stars": 80],
            "commits": commits,
        ]
    }
}
