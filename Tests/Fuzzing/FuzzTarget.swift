import PatchbayCore
import PatchbayExpressions
import PatchbayJSON
import PatchbaySchemas

/// A parser with what is done with what it reads. Whatever the bytes are, it returns: a value or an error, no crash, and
/// nothing that goes on and on.
package enum FuzzTarget: String, CaseIterable, Sendable {
    case json, cel, template, jmespath, jsonpath, schema, cron, timezone

    /// Small enough that the worst input costs milliseconds.
    private static let limits = ExpressionLimits(steps: 20_000, result: 64 << 10)

    private static let document: JSON = [
        "a": [1, 2.5, "text", nil, true, [], [:], ["b": ["c": [1, 2, 3]]]], "b": "é\u{1F600}",
        "foo": ["bar": ["baz": "qux"]],
        "items": [["id": 1, "name": "x", "on": true], ["id": 2, "name": "y"]], "n": -9_007_199_254_740_993,
    ]

    /// What went wrong beyond an error of the input; nil when all is well.
    package func run(_ bytes: [UInt8]) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        switch self {
        case .json: return Self.json(bytes)
        case .cel:
            let variables: [String: ValueType] = ["a": .dyn, "n": .int]
            let options = CEL.Options(variables: variables, limits: Self.limits)
            guard let compiled = try? CEL.compile(text, options) else { return nil }
            _ = try? compiled.evaluate(["a": Value(Self.document), "n": .int(3)])
        case .template:
            let names = KnownNames(steps: ["get_user"], env: ["A"])
            guard let template = try? Template(text, names: names, limits: Self.limits) else { return nil }
            let scope = Scope(
                trigger: ["kind": "manual", "body": Self.document], steps: ["get_user": Self.document], env: ["A": "b"],
                run: ["id": "run_1"], workflow: ["id": "wf_1"])
            _ = try? template.evaluate(in: scope, limits: Self.limits)
        case .jmespath:
            guard let path = try? JMESPath(text, limits: Self.limits),
                let value = try? path.search(Self.document, limits: Self.limits)
            else { return nil }
            let size = value.bytes().count
            return size > Self.limits.result * 2 ? "the result has \(size) bytes" : nil
        case .jsonpath:
            guard let path = try? JSONPath(text) else { return nil }
            let limits = JSONPathLimits(visits: 20_000, results: 1_000)
            guard let nodes = try? path.evaluate(Self.document, limits: limits) else { return nil }
            return nodes.count > 1_000 ? "\(nodes.count) results" : nil
        case .schema:
            guard let json = try? JSON(parsing: bytes), let schema = try? Schema(json) else { return nil }
            _ = schema.validate(Self.document, limits: ValidationLimits(violations: 10, steps: 20_000))
        case .cron: return Self.cron(text)
        case .timezone:
            guard let rules = try? TimeZoneRules(parsing: bytes) else { return nil }
            for moment in [Int64.min, -1, 0, 1_800_000_000, 1 << 50, .max] {
                _ = rules.moments(ofLocal: moment)
                _ = rules.civilTime(at: rules.nextChange(after: moment) ?? moment)
            }
        }
        return nil
    }

    /// What was read and written reads as the same again.
    private static func json(_ bytes: [UInt8]) -> String? {
        guard let value = try? JSON(parsing: bytes) else { return nil }
        let written = value.bytes()
        guard let again = try? JSON(parsing: written) else { return "\(value.text) cannot be read again" }
        guard again == value, again.bytes() == written else { return "\(value.text) is not the same when read again" }
        guard (try? JSON(parsing: value.prettyText)) == value else { return "\(value.text) is not the same in lines" }
        return nil
    }

    /// Each next time is later than the one before.
    private static func cron(_ text: String) -> String? {
        guard let schedule = try? CronSchedule(text) else { return nil }
        for start in [Int64.min, -62_135_596_800_000, 0, 1_774_746_000_000, 253_402_300_799_000, .max] {
            var last = Timestamp(milliseconds: start)
            for _ in 0..<3 {
                guard let next = schedule.next(after: last, in: .utc) else { break }
                guard next > last, next.milliseconds % 1_000 == 0 else { return "\(text): \(next) after \(last)" }
                last = next
            }
        }
        return nil
    }
}
