import Fuzzing
import PatchbayJSON
import SharedSuites
import Testing

/// Mutated examples and random words for every parser: a fixed number of inputs from a fixed seed, together about a minute
/// in a debug build. `make fuzz` goes on from here, guided by coverage.
struct FuzzTests {
    private static let inputs = 40_000

    @Test(arguments: FuzzTarget.allCases)
    func `whatever the input, a parser answers`(target: FuzzTarget) throws {
        var mutator = Mutator(target, corpus: try Self.corpus(of: target), seed: 2026)
        let start = ContinuousClock.now
        var slowest: (time: Duration, input: [UInt8]) = (.zero, [])
        for _ in 0..<Self.inputs {
            let input = mutator.next()
            let begin = ContinuousClock.now
            if let wrong = target.run(input) {
                Issue.record("\(target): \(wrong): \(String(decoding: input, as: UTF8.self))")
                return
            }
            let time = ContinuousClock.now - begin
            if time > slowest.time { slowest = (time, input) }
        }
        print("fuzz \(target): \(Self.inputs) inputs in \(ContinuousClock.now - start), slowest \(slowest.time)")
    }

    /// From the public suites, when they are there.
    private static func corpus(of target: FuzzTarget) throws -> [[UInt8]] {
        let place: (folder: String, key: String)? =
            switch target {
            case .json: ("json-parsing/test_parsing", "")
            case .cel: ("cel", "expr")
            case .jmespath: ("jmespath/tests", "expression")
            case .jsonpath: ("jsonpath", "selector")
            case .schema: ("json-schema/tests/draft2020-12", "schema")
            case .cron: ("cron", "expr")
            case .template, .timezone: nil
            }
        guard let place, let files = try SharedSuites.files(in: place.folder) else { return [] }
        if target == .json { return files.map(\.bytes) }
        var found: [[UInt8]] = []
        for file in files where file.name.hasSuffix(".json") || file.name.hasSuffix(".jsonl") {
            let isLines = file.name.hasSuffix(".jsonl")
            let texts = isLines ? file.bytes.split(separator: 0x0A).map(Array.init) : [file.bytes]
            for text in texts {
                guard let json = try? JSON(parsing: text) else { continue }
                collect(json, place.key, into: &found)
            }
        }
        return found
    }

    private static func collect(_ json: JSON, _ key: String, into found: inout [[UInt8]]) {
        switch json {
        case .array(let elements): for element in elements { collect(element, key, into: &found) }
        case .object(let members):
            for member in members {
                if member.name == key {
                    found.append(member.value.string.map { Array($0.utf8) } ?? member.value.bytes())
                } else {
                    collect(member.value, key, into: &found)
                }
            }
        default: break
        }
    }
}
