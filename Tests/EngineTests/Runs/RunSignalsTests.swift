import PatchbayCore
import Synchronization
import Testing

@testable import PatchbayEngine

@Suite("Signals about runs", .timeLimit(.minutes(5)))
struct RunSignalsTests {
    private let clock = ManualClock()
    private let id = RunRecord.fixture().id

    @Test func `whoever waits for a run hears of its end`() async {
        let signals = RunSignals(clock: clock)
        let ended = Gate()
        async let hasEnded = signals.waitUntilFinished(id, timeout: .seconds(10)) { ended.isOpen }
        await clock.waitForSleeper(until: Timestamp.start + 1_000)
        ended.open()
        signals.finished(id)
        #expect(await hasEnded)
        #expect(signals.watchCount == 0)
    }

    @Test func `a run that is over already is not waited for`() async {
        let signals = RunSignals(clock: clock)
        #expect(await signals.waitUntilFinished(id, timeout: .seconds(10)) { true })
        #expect(signals.watchCount == 0)
    }

    @Test func `an end that nobody signalled is found by asking`() async {
        let signals = RunSignals(clock: clock)
        let questions = Counter()
        async let hasEnded = signals.waitUntilFinished(id, timeout: .seconds(10)) { questions.count() == 3 }
        await clock.advance(to: Timestamp.start + 1_000)
        await clock.advance(to: Timestamp.start + 2_000)
        #expect(await hasEnded)
    }

    @Test func `waiting ends with the time`() async {
        let signals = RunSignals(clock: clock)
        async let hasEnded = signals.waitUntilFinished(id, timeout: .milliseconds(400)) { false }
        await clock.advance(to: Timestamp.start + 400)
        #expect(await hasEnded == false)
        #expect(signals.watchCount == 0)
    }

    @Test func `waiting ends with its task`() async {
        let signals = RunSignals(clock: clock)
        let task = Task { [id] in await signals.waitUntilFinished(id, timeout: .seconds(10)) { false } }
        await clock.waitForSleeper(until: Timestamp.start + 1_000)
        task.cancel()
        #expect(await task.value == false)
        #expect(signals.watchCount == 0)
    }

    @Test func `what the question throws is thrown`() async {
        let signals = RunSignals(clock: clock)
        await #expect(throws: MemoryStore.Outage.self) {
            try await signals.waitUntilFinished(id, timeout: .seconds(10)) { throw MemoryStore.Outage() }
        }
        #expect(signals.watchCount == 0)
    }

    @Test func `another run's end is none of theirs`() async {
        let signals = RunSignals(clock: clock)
        let questions = Counter()
        async let hasEnded = signals.waitUntilFinished(id, timeout: .milliseconds(400)) {
            questions.count()
            return false
        }
        await clock.waitForSleeper(until: Timestamp.start + 400)
        signals.finished(RunRecord.fixture(2).id)
        await clock.advance(to: Timestamp.start + 400)
        #expect(await hasEnded == false)
        #expect(questions.value == 2)
    }

    @Test func `wishes to cancel reach those who listen, as long as they do`() {
        let signals = RunSignals(clock: clock)
        let heard = Counter()
        let token = signals.addListener(to: .cancel) { [id] in if $0 == id { heard.count() } }
        signals.cancelRequested(id)
        signals.cancelRequested(RunRecord.fixture(2).id)
        signals.removeListener(token, to: .cancel)
        signals.cancelRequested(id)
        #expect(heard.value == 1)
    }

    @Test func `a bell that has rung since is not waited for`() async {
        let bell = Bell()
        let heard = bell.rings
        bell.ring()
        bell.ring()
        #expect(await bell.wait(past: heard) == 2)
    }

    @Test func `a cancelled task does not wait for a bell`() async {
        let bell = Bell()
        let start = Gate()
        let task = Task {
            await start.passDeaf()
            return await bell.wait(past: 0)
        }
        task.cancel()
        start.open()
        #expect(await task.value == 0)
        #expect(bell.waiterCount == 0)
    }

    @Test func `the machine's clock does not wait for the past, nor in a cancelled task`() async {
        let time = SystemTime()
        await time.wait(until: time.now + -1)
        await time.wait(until: time.now + 1)
        let task = Task { await time.wait(until: time.now + 3_600_000) }
        task.cancel()
        await task.value
        #expect(time.now > .start)
    }

    @Test func `others hear of work only when this process cannot take it on`() {
        let relay = RecordingRelay()
        let signals = RunSignals(clock: clock, relay: relay)
        signals.wake()
        #expect(relay.told == [.work])
        let full = signals.addWorker { false }
        signals.wake()
        #expect(relay.told == [.work, .work])
        let idle = signals.addWorker { true }
        signals.wake()
        #expect(relay.told == [.work, .work])
        signals.removeWorker(idle)
        signals.removeWorker(full)
        signals.wake()
        #expect(relay.told.count == 3)
        #expect(signals.work.rings == 4)
    }

    @Test func `others hear of all work while this process leaves some to them`() {
        let relay = RecordingRelay()
        let signals = RunSignals(clock: clock, relay: relay)
        let idle = signals.addWorker { true }
        signals.leaveSomeToOthers(true)
        signals.wake()
        #expect(relay.told == [.work])
        signals.leaveSomeToOthers(false)
        signals.wake()
        #expect(relay.told == [.work])
        signals.removeWorker(idle)
    }

    @Test func `what others tell is not told on`() async {
        let relay = RecordingRelay()
        let signals = RunSignals(clock: clock, relay: relay)
        let cancelled = Counter()
        let token = signals.addListener(to: .cancel) { _ in _ = cancelled.count() }
        let ended = Gate()
        async let hasEnded = signals.waitUntilFinished(id, timeout: .seconds(10)) { ended.isOpen }
        await clock.waitForSleeper(until: Timestamp.start + 1_000)
        ended.open()
        signals.heard([.cancel(id), .work, .changed(id), .ended(id)])
        #expect(await hasEnded)
        #expect(cancelled.count() == 2)
        #expect(signals.work.rings == 2)
        #expect(relay.told.isEmpty)
        signals.removeListener(token, to: .cancel)
    }

    @Test func `after missed news everybody looks for themselves`() async {
        let signals = RunSignals(clock: clock)
        let ended = Gate()
        async let hasEnded = signals.waitUntilFinished(id, timeout: .seconds(10)) { ended.isOpen }
        await clock.waitForSleeper(until: Timestamp.start + 1_000)
        ended.open()
        signals.heard([.anything])
        #expect(await hasEnded)
        #expect(signals.work.rings == 1)
    }
}

private final class RecordingRelay: RunNewsRelay {
    private let news = Mutex<[RunNews]>([])
    var told: [RunNews] { news.withLock { $0 } }
    func tell(_ item: RunNews) { news.withLock { $0.append(item) } }
}
