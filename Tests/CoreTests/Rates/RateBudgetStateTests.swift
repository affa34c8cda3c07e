import PatchbayCore
import Testing

struct RateBudgetStateTests {
    /// Takes as many as it may; answers how many were let through.
    private func exhaust(_ budgets: inout [RateBudgetState], _ requests: Int, total: inout Int) -> [Int] {
        var admitted = budgets.map { _ in 0 }
        for number in 0..<requests {
            let host = number % budgets.count
            deciding: while true {
                switch budgets[host].take() {
                case .admitted:
                    admitted[host] += 1
                    break deciding
                case .refused: break deciding
                case .needs(let portion):
                    total += portion
                    budgets[host].receive(portion, total: total)
                }
            }
        }
        return admitted
    }

    @Test(arguments: [1, 7, 50, 100, 1_000, 5_000], [1, 2, 5])
    func `hosts together let as many through as the limit says`(limit: Int, hosts: Int) {
        var budgets = [RateBudgetState](repeating: RateBudgetState(limit: limit), count: hosts)
        var total = 0
        let admitted = exhaust(&budgets, (limit + 10) * hosts, total: &total)
        #expect(admitted.reduce(0, +) == limit)
    }

    @Test func `an idle host keeps at most a twentieth from the others`() {
        var budgets = [RateBudgetState](repeating: RateBudgetState(limit: 1_000), count: 2)
        var total = 0
        _ = exhaust(&budgets, 2, total: &total)
        var busy = [budgets[0]]
        let admitted = exhaust(&busy, 2_000, total: &total)
        #expect((949...999).contains(admitted[0] + 1))
        #expect(total - 1_000 <= 1)
    }

    @Test func `few requests ask the shared budget`() {
        var budget = [RateBudgetState(limit: 1_000)]
        var (questions, total) = (0, 0)
        for _ in 0..<900 {
            if case .needs(let portion) = budget[0].take() {
                questions += 1
                total += portion
                budget[0].receive(portion, total: total)
                _ = budget[0].take()
            }
        }
        #expect(questions < 30)
    }

    @Test func `what is left is told, and nothing once it is used up`() {
        var budget = RateBudgetState(limit: 40)
        #expect(budget.take() == .needs(portion: 2))
        budget.receive(2, total: 2)
        #expect(budget.take() == .admitted(remaining: 39))
        #expect(budget.take() == .admitted(remaining: 38))
        #expect(budget.take() == .needs(portion: 2))
        // The others were quicker.
        budget.receive(2, total: 43)
        #expect(budget.take() == .refused)
    }

    @Test func `a portion that is only partly there is given in part`() {
        var budget = RateBudgetState(limit: 40)
        _ = budget.take()
        budget.receive(2, total: 41)
        #expect(budget.take() == .admitted(remaining: 0))
        #expect(budget.take() == .refused)
    }

    @Test func `without the shared budget a host counts alone`() {
        var budget = RateBudgetState(limit: 30)
        var admitted = 0
        for _ in 0..<100 {
            switch budget.take() {
            case .admitted: admitted += 1
            case .refused: break
            case .needs(let portion):
                budget.receiveNothing(for: portion)
                if case .admitted = budget.take() { admitted += 1 }
            }
        }
        #expect(admitted == 30)
    }

    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"), ("", "unknown"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8::7]", "2001:db8:0:0::/64"), ("::1", "0:0:0:0::/64"), ("::ffff:192.0.2.7", "::ffff:192.0.2.7"),
        ("2001:db8:1:2:3:4::", "2001:db8:1:2::/64"),
    ])
    func `an IPv6 network of one customer counts as one address`(address: String, counted: String) {
        let key = RateKey(.api, address: address)
        #expect(key.address == counted)
        #expect(!key.isTenant)
        #expect(RateKey(.api, tenant: .initial).isTenant)
    }
}
