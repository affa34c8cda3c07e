package import PatchbayCore

/// Rings at each change of a run that this process stores, as long as it is held.
package final class RunWatch: Sendable {
    private let bell: Bell
    private let end: @Sendable () -> Void

    init(_ bell: Bell, end: @escaping @Sendable () -> Void) {
        self.bell = bell
        self.end = end
    }

    deinit { end() }

    package var rings: Int { bell.rings }

    /// Returns at the next ring, at the moment, or when the task is cancelled.
    package func wait(past heard: Int, until moment: Timestamp, _ clock: any WaitableTime) async {
        await bell.wait(past: heard, until: moment, clock)
    }
}

extension Bell {
    func wait(past heard: Int, until moment: Timestamp, _ clock: any WaitableTime) async {
        await withTaskGroup { group in
            group.addTask { _ = await self.wait(past: heard) }
            group.addTask { await clock.wait(until: moment) }
            await group.next()
            group.cancelAll()
        }
    }
}
