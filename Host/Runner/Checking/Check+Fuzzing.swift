import CPatchbay

extension Check {
    /// Calls with inputs and answers that were damaged at random; some are cancelled at once.
    mutating func fuzz() throws(CheckStop) {
        let host = CheckHost()
        let session = try CheckSession(file, host: host)
        var damage = Damage(seed)
        for _ in 0..<plan.calls {
            let operation = plan.operations[damage.number(below: plan.operations.count)]
            let stock = operation.inputs + operation.wrong
            let input = stock.isEmpty ? Array("{}".utf8) : stock[damage.number(below: stock.count)]
            let isCancelled = damage.number(below: 10) == 0
            host.answer = isCancelled ? .silence : answer(to: operation, &damage)
            let started = session.invoke(call(operation, damage.done(to: input)))
            if isCancelled, started.status == PB_OK {
                session.cancel(started.call, because: Int32(PB_CANCEL_REQUESTED))
            }
            if started.status == PB_OK, session.end(started) == nil { return report(host) }
            host.forget(started.call)
        }
        host.releaseRequests()
        try session.finish()
        report(host)
    }

    private func answer(to operation: CheckPlan.Operation, _ damage: inout Damage) -> CheckAnswer {
        let replies = operation.replies
        guard !replies.isEmpty, damage.number(below: 3) > 0 else {
            return NamedAnswer.faults[damage.number(below: NamedAnswer.faults.count)].answer
        }
        let body = Array(replies[damage.number(below: replies.count)].utf8)
        let status: Int32 = [200, 200, 200, 201, 204, 404, 500][damage.number(below: 7)]
        return .response(status: status, headers: "content-type: application/json\n", body: damage.done(to: body))
    }
}
