import CPatchbay
import Glibc
import PatchbayJSON

extension Check {
    mutating func unknownOperation() throws(CheckStop) {
        let host = CheckHost()
        let session = try CheckSession(file, host: host)
        for name in ["", "no_such_operation", "\u{0}", String(repeating: "o", count: 100_000)] {
            let (started, ending) = session.run(CheckSession.Call(operation: Array(name.utf8), input: Array("{}".utf8)))
            if ending?.output != nil {
                findings.failed("The operation `\(name.prefix(30))`, which it does not have, succeeded.")
            } else if started.status == PB_OK, ending == nil {
                break
            } else if started.status == PB_OK {
                findings.warning("An unknown operation is accepted and fails then; PB_UNSUPPORTED says it at once.")
            }
        }
        report(host)
    }

    /// Calls that never were, or are over.
    mutating func unknownCalls() throws(CheckStop) {
        let host = CheckHost()
        let session = try CheckSession(file, host: host)
        func cancelStrangers() {
            for call in [0, 1, 987_654_321, UInt64.max] { session.module.cancel(session.module.context, call, 0) }
        }
        cancelStrangers()
        for operation in plan.operations {
            let (started, ending) = session.run(call(operation))
            if started.status == PB_OK, ending == nil { break }
            for reason in Int32(0)...2 { session.module.cancel(session.module.context, started.call, reason) }
        }
        cancelStrangers()
        try session.finish()
        report(host)
    }

    /// Inputs that a host would never let through, and some that it would.
    mutating func oddInputs() throws(CheckStop) {
        let host = CheckHost()
        let session = try CheckSession(file, host: host)
        let long = String(repeating: "a", count: 8 << 20)
        let texts = [
            "", "{", "nul", "[]", "null", "\"\"", "0", "{\"a\":1}}", "{}{}", "{\"a\":1e999999}",
            "{\"\\ud800\":\"\\udfff\"}",
            "{\"a\":-0.0,\"a\":18446744073709551616}", "\u{0}", "\u{FEFF}{}",
            "{\"a\":" + String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000) + "}",
            String(repeating: "{\"a\":", count: 100_000), "{\"a\":\"\(long)\"}",
            "{" + (0..<50_000).map { "\"m\($0)\":\($0)" }.joined(separator: ",") + "}",
        ]
        let inputs =
            texts.map { Array($0.utf8) } + [[0xFF, 0xFE, 0x00], Array(#"{"a":""#.utf8) + [0xC3, 0x28, 0x22, 0x7D]]
        for (index, operation) in plan.operations.enumerated() {
            // The large ones take their time, and operations of one connector read by the same code.
            for input in inputs where index < 2 || input.count < 1_000 {
                let (started, ending) = session.run(call(operation, input))
                if started.status == PB_OK, ending == nil { return report(host) }
                host.forget(started.call)
            }
        }
        try session.finish()
        report(host)
    }

    mutating func wrongTypes() throws(CheckStop) {
        guard plan.operations.contains(where: { !$0.wrong.isEmpty }) else {
            findings.skipped = "Its input schemas forbid nothing."
            return
        }
        let host = CheckHost()
        let session = try CheckSession(file, host: host)
        callAll(session, inputs: \.wrong)
        try session.finish()
        report(host)
    }

    /// Each call ends once, never twice and never not at all.
    mutating func completion() throws(CheckStop) {
        let host = CheckHost()
        let session = try CheckSession(file, host: host)
        var slowest: Int64 = 0
        operations: for operation in plan.operations {
            for answer in answers(for: operation) {
                host.answer = answer
                for input in operation.inputs {
                    let before = host.lines
                    let (started, ending) = session.run(call(operation, input))
                    if host.lines - before > 1_000 {
                        findings.warning(
                            "`\(operation.name)` logs \(host.lines - before) lines in a call; 1,000 are kept.")
                        continue operations
                    }
                    slowest = max(slowest, started.took)
                    if started.status == PB_OK, ending == nil { return report(host) }
                    if host.wasCancelled(started.call) {
                        findings.warning(
                            "`\(operation.name)` ended only when it was cancelled, after \(CheckSession.patience) ms.")
                        continue operations
                    }
                }
            }
        }
        if slowest > 100 {
            findings.warning("`invoke` took \(slowest) ms; it has 10, and every other call waits meanwhile.")
        }
        report(host, settling: 300)
        try session.finish()
    }

    /// What the parent holds against the output schemas.
    mutating func output() throws(CheckStop) {
        let host = CheckHost()
        let session = try CheckSession(file, host: host)
        var outputs: [JSON] = []
        var bytes = 0
        callAll(session) { findings, operation, _, ending in
            guard let output = ending.output else { return }
            if ending.size > CheckHost.largestOutput {
                findings.failed(
                    "`\(operation.name)` answered \(ending.size) bytes; a host takes \(CheckHost.largestOutput).")
                return
            }
            do throws(JSONError) {
                _ = try JSON(parsing: output)
            } catch {
                findings.failed("`\(operation.name)` answered what is no JSON: \(error.message)")
                return
            }
            bytes += output.count
            guard outputs.count < 200, bytes < 4 << 20 else { return }
            outputs.append([
                "operation": .string(operation.name), "output": .string(String(decoding: output, as: UTF8.self)),
            ])
        }
        findings.data["outputs"] = .array(outputs)
        report(host)
    }

    /// Other servers' and networks' bad days.
    mutating func httpFaults() throws(CheckStop) {
        let host = CheckHost()
        let session = try CheckSession(file, host: host)
        for operation in plan.operations {
            for fault in NamedAnswer.faults {
                host.answer = fault.answer
                let before = host.sent
                let (started, ending) = session.run(call(operation))
                if started.status == PB_OK, ending == nil {
                    findings.failed("`\(operation.name)` did not end after \(fault.name).")
                    return report(host)
                }
                host.forget(started.call)
                // Who hands statuses on has succeeded; who did not ask cannot know.
                guard let ending, ending.output == nil, !fault.codes.isEmpty, host.sent > before else { continue }
                if !fault.codes.contains(ending.code) {
                    findings.warning(
                        "`\(operation.name)` fails with code \(ending.code) after \(fault.name); the engine knows what to do "
                            + "after \(fault.codes.map(String.init).joined(separator: " or ")).")
                } else if fault.name == NamedAnswer.later, ending.retryAfter < 0 {
                    findings.warning("`\(operation.name)` does not hand on when to try again (Retry-After).")
                }
            }
        }
        try session.finish()
        report(host)
        if host.sent == 0 { findings.skipped = "It sent no request." }
    }

    /// What it asks for; the parent knows what it may.
    mutating func hosts() throws(CheckStop) {
        let host = CheckHost()
        let session = try CheckSession(file, host: host)
        callAll(session)
        findings.data["addresses"] = .array(host.addresses.map { .string($0) })
        report(host)
    }
}
