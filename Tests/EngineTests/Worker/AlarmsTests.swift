import PatchbayCore
import Testing

@testable import PatchbayEngine

@Suite struct AlarmsTests {
    private let clock = ManualClock()
    private let alarms = Alarms()

    /// Rings while `body` goes on.
    private func ringing(_ body: () async -> Void) async {
        let task = Task { [alarms, clock] in await alarms.ring(by: clock) }
        await body()
        task.cancel()
        await task.value
    }

    private func isAlarm(_ messages: [Message]) -> Bool {
        guard messages.count == 1, case .alarm = messages[0] else { return false }
        return true
    }

    @Test("each hears of its moment, whichever was set first") func order() async {
        let (early, late) = (Mailbox(of: .initial), Mailbox(of: .initial))
        await ringing {
            alarms.set(.start + 2_000, for: late)
            await clock.waitForSleeper(until: .start + 2_000)
            alarms.set(.start + 1_000, for: early)
            await clock.advance(to: .start + 1_000)
            #expect(isAlarm(await early.next()))
            #expect(late.take().isEmpty)
            await clock.advance(to: .start + 2_000)
            #expect(isAlarm(await late.next()))
        }
    }

    @Test("one that was set before is forgotten, and one that was taken back") func replaced() async {
        let (one, other, third) = (Mailbox(of: .initial), Mailbox(of: .initial), Mailbox(of: .initial))
        await ringing {
            alarms.set(.start + 3_000, for: one)
            alarms.set(.start + 1_000, for: one)
            alarms.set(.start + 2_000, for: other)
            alarms.set(.start + 4_000, for: third)
            other.expectAlarm(at: nil)
            await clock.advance(to: .start + 1_000)
            #expect(isAlarm(await one.next()))
            // What is waited for next is not what nobody expects.
            await clock.advance(to: .start + 4_000)
            #expect(isAlarm(await third.next()))
            #expect(one.take().isEmpty)
            #expect(other.take().isEmpty)
        }
    }

    @Test("a moment that has passed rings at once") func late() async {
        let mailbox = Mailbox(of: .initial)
        await ringing {
            alarms.set(.start + -1, for: mailbox)
            #expect(isAlarm(await mailbox.next()))
        }
    }

    @Test("of tens of thousands that came to nothing, the one that is expected is not lost") func many() async {
        let kept = Mailbox(of: .initial)
        await ringing {
            alarms.set(.start + 30_000, for: kept)
            for number in 0..<40_000 {
                let mailbox = Mailbox(of: .initial)
                alarms.set(.start + 30_000 + Int64(number % 100), for: mailbox)
                mailbox.expectAlarm(at: nil)
            }
            #expect(alarms.count < 10_000)
            await clock.advance(to: .start + 30_000)
            #expect(isAlarm(await kept.next()))
        }
    }
}
