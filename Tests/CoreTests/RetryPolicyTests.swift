import PatchbayCore
import Testing

struct RetryPolicyTests {
    @Test func `each back-off grows in its way up to the longest wait`() {
        func delays(_ backoff: RetryPolicy.Backoff) -> [Int64] {
            let policy = RetryPolicy(attempts: 6, backoff: backoff, initial: 1000, max: 5000, jitter: false)
            return (1...5).map { policy.delay(afterAttempt: $0, random: 0.5) }
        }
        #expect(delays(.fixed) == [1000, 1000, 1000, 1000, 1000])
        #expect(delays(.linear) == [1000, 2000, 3000, 4000, 5000])
        #expect(delays(.exponential) == [1000, 2000, 4000, 5000, 5000])
    }

    @Test func `jitter spreads between half and the whole wait`() {
        let policy = RetryPolicy(attempts: 3, backoff: .fixed, initial: 1001, max: 5000, jitter: true)
        #expect(policy.delay(afterAttempt: 1, random: 0) == 500)
        #expect(policy.delay(afterAttempt: 1, random: 1) == 1001)
        #expect(policy.delay(afterAttempt: 1, random: .infinity) == 1001)
    }

    @Test func `numbers out of range do not overflow`() {
        let policy = RetryPolicy(attempts: 100, backoff: .exponential, initial: .max, max: .max, jitter: true)
        #expect(policy.delay(afterAttempt: .max, random: 1) == .max)
        #expect(policy.delay(afterAttempt: .min, random: .nan) >= 0)
        let linear = RetryPolicy(attempts: 100, backoff: .linear, initial: .max, max: 7, jitter: false)
        #expect(linear.delay(afterAttempt: 3, random: 0) == 7)
    }
}
