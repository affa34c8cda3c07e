import CPatchbay
import PatchbayJSON

extension Check {
    /// What calls come to here, for the parent to compare with what they come to in a runner.
    mutating func sameAnswers() throws(CheckStop) {
        let host = CheckHost()
        let session = try CheckSession(file, host: host)
        var answers: [JSON] = []
        var bytes = 0
        for operation in plan.operations {
            for (number, answer) in self.answers(for: operation).enumerated() {
                host.answer = answer
                for (index, input) in operation.inputs.prefix(Self.inputsCompared).enumerated() {
                    // Twice, because what tells the time or draws lots differs anywhere.
                    let first = outcome(session, operation, input), second = outcome(session, operation, input)
                    guard let first, let second else { return report(host) }
                    guard first == second, first.utf8.count < 256 << 10, bytes < 4 << 20 else { continue }
                    bytes += first.utf8.count
                    answers.append([
                        "operation": .string(operation.name), "answer": .int(Int64(number)),
                        "input": .int(Int64(index)),
                        "outcome": .string(first),
                    ])
                }
            }
        }
        findings.data["answers"] = .array(answers)
        try session.finish()
        report(host)
    }

    /// `output TEXT`, `code N`, or `refused`; nil when the call did not end.
    private func outcome(_ session: CheckSession, _ operation: CheckPlan.Operation, _ input: [UInt8]) -> String? {
        let (started, ending) = session.run(call(operation, input))
        session.host.forget(started.call)
        guard started.status == PB_OK else { return "refused" }
        return ending.map { ending in
            ending.output.map { "output " + String(decoding: $0, as: UTF8.self) } ?? "code \(ending.code)"
        }
    }

    /// Inputs of each operation; the parent calls with as many.
    private static let inputsCompared = 3
}
