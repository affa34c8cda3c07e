import Glibc
import PatchbayCore
import PatchbayTimeZones
import Testing

/// All zones of the database against Python's `zoneinfo`, at their changes and between.
struct OracleTests {
    private let zones = SystemTimeZones()

    @Test func `python knows the same offsets, gaps and folds`() throws {
        guard
            let names = Python.run("import zoneinfo; print('\\n'.join(sorted(zoneinfo.available_timezones())))")?
                .split(separator: "\n").map(String.init), names.count > 300
        else {
            print("NOT RUN: python3 with its module zoneinfo and a zone database is needed to compare time zones with")
            return
        }
        var questions = ""
        var count = 0
        var generator = Generator(state: 9)
        for name in names where name != "localtime" && name != "posixrules" {
            guard let zone = zones.rules(named: name) else {
                #expect(Bool(false), "\(name) cannot be read")
                continue
            }
            var moments: [Int64] = (0..<12).map { _ in
                Int64.random(in: -3_000_000_000...5_000_000_000, using: &generator)
            }
            // From 1880 on, and again from 2060 on, where only the rules of the footers speak.
            for (start, most) in [(Int64(-2_840_140_800), 40), (2_840_140_800, 6)] {
                var from = start
                for _ in 0..<most {
                    guard let change = zone.nextChange(after: from) else { break }
                    moments += [change - 1, change, change + 1_799]
                    from = change
                }
            }
            for moment in moments {
                questions += "\(name) \(moment)\n"
                count += 1
            }
        }
        let answers = try #require(Python.run(Self.program, input: questions)).split(separator: "\n")
        try #require(answers.count == count)
        var wrong = 0
        for line in answers where wrong < 20 {
            let words = line.split(separator: " ").map(String.init)
            let zone = try #require(zones.rules(named: words[0]))
            let moment = try #require(Int64(words[1]))
            let period = zone.period(at: moment)
            var found = "\(words[0]) \(moment) \(period.offset) \(period.abbreviation)"
            // The time there, and what a clock that was not put forward or back would show.
            for shift in [0, -3_600, 3_600] as [Int64] {
                switch zone.moments(ofLocal: moment + period.offset + shift) {
                case .gap: found += " gap"
                case .one(let one): found += " \(one)"
                case .fold(let first, let second): found += " \(first),\(second)"
                }
            }
            #expect(found == line)
            if found != line { wrong += 1 }
        }
        print("Time zones compared with Python's: \(names.count) zones, \(count) moments")
    }

    private static let program = """
        import sys, zoneinfo
        from datetime import datetime, timedelta, timezone
        epoch, utc = datetime(1970, 1, 1), timezone.utc
        for line in sys.stdin:
            name, moment = line.split()
            zone, moment = zoneinfo.ZoneInfo(name), int(moment)
            there = (epoch + timedelta(seconds=moment)).replace(tzinfo=utc).astimezone(zone)
            offset = there.utcoffset() // timedelta(seconds=1)
            out = [name, str(moment), str(offset), there.tzname()]
            for shift in (0, -3600, 3600):
                local = epoch + timedelta(seconds=moment + offset + shift)
                found = set()
                for fold in (0, 1):
                    back = local.replace(tzinfo=zone, fold=fold).astimezone(utc)
                    if back.astimezone(zone).replace(tzinfo=None) == local:
                        found.add((back.replace(tzinfo=None) - epoch) // timedelta(seconds=1))
                out.append(",".join(map(str, sorted(found))) or "gap")
            print(" ".join(out))
        """
}

/// SplitMix64.
struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}

enum Python {
    /// What the program prints; nil when there is no Python or the program fails.
    static func run(_ program: String, input: String = "") -> String? {
        guard let script = file(program), let questions = file(input) else { return nil }
        defer { for path in [script, questions] { unlink(path) } }
        guard let pipe = popen("python3 \(script) <\(questions)", "r") else { return nil }
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while case let count = fread(&chunk, 1, chunk.count, pipe), count > 0 { output += chunk[..<count] }
        guard pclose(pipe) == 0 else { return nil }
        return String(decoding: output, as: UTF8.self)
    }

    private static func file(_ text: String) -> String? {
        var path = Array("/tmp/patchbay-zones-XXXXXX".utf8CString)
        let descriptor = mkstemp(&path)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + written, $0.count - written) }
            guard count > 0 else { return nil }
            written += count
        }
        return String(decoding: path.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
