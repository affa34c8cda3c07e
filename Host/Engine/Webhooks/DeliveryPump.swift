package import Logging
package import PatchbayCore
package import PatchbayJSON
import Synchronization

/// A stored delivery with all that its run needs.
package struct ReadyDelivery: Sendable {
    package var stored: StoredDelivery
    package var workflow: WorkflowRecord
    /// What the sender was told.
    package var run: RunID
    package var trigger: JSON

    package var id: DeliveryID { stored.record.id }
    /// Bytes in memory, about: the body, what was read from it, and the rest.
    package var size: Int { stored.body.count * 4 + 2_048 }

    package init(_ stored: StoredDelivery, workflow: WorkflowRecord, run: RunID, trigger: JSON) {
        self.stored = stored
        self.workflow = workflow
        self.run = run
        self.trigger = trigger
    }
}

/// Starts the runs of deliveries that are on disk: those of this process as soon as they are acknowledged, and those that
/// others left, which are found in the database. Each starts one run however often that is tried, because it is promised
/// the run's id when it is stored.
///
/// Storing deliveries goes first: while many wait for that no runs are started, for some seconds. A burst is so acknowledged
/// at the full speed of that; in a lasting flood both go on side by side.
package final class DeliveryPump: Sendable {
    /// Times are in milliseconds.
    package struct Options: Sendable {
        /// Deliveries in memory, and their bytes; others are found in the database.
        package var mostInLine = 40_000
        package var mostBytes = 96 << 20
        /// Runs that are being stored at a time.
        package var batch = 64
        /// So old a delivery may become because others press, and how often it is looked whether they still do.
        package var courtesy: Int64 = 3_000
        package var patience: Int64 = 5
        /// How often the database is looked at.
        package var interval: Int64 = 1_000
        /// Who took a delivery on has it for so long.
        package var claim: Int64 = 10_000
        /// Deliveries taken on at a time.
        package var claimed = 200

        package init() {}
    }

    private struct State {
        var line: DeliveryLine<ReadyDelivery>
        var isDraining = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let store: any DeliveryStore
    private let starter: RunStarter
    private let runs: any RunStore
    private let workflows: any WorkflowStore
    private let clock: any WaitableTime
    private let options: Options
    private let logger: Logger
    private let state: Mutex<State>

    package init(
        store: any DeliveryStore, starter: RunStarter, runs: any RunStore, workflows: any WorkflowStore,
        clock: any WaitableTime = SystemTime(), options: Options = Options(), logger: Logger
    ) {
        self.store = store
        self.starter = starter
        self.runs = runs
        self.workflows = workflows
        self.clock = clock
        self.options = options
        self.logger = logger
        state = Mutex(State(line: DeliveryLine(atMost: options.mostInLine, bytes: options.mostBytes)))
    }

    /// Takes on a stored delivery, without waiting for anything.
    package func take(_ delivery: ReadyDelivery) {
        let begins = state.withLock { state in
            guard state.line.add(delivery, of: delivery.workflow.tenant, size: delivery.size) else { return false }
            defer { state.isDraining = true }
            return !state.isDraining
        }
        // The task ends with the line.
        if begins { Task { await self.drain() } }
    }

    /// Starts the run of a stored delivery at once, for whoever waits for what it gives.
    package func start(_ delivery: ReadyDelivery) async throws -> RunRecord {
        let record = try await store(runOf: delivery, for: .end)
        try await store.settle([delivery.stored])
        return record
    }

    /// Returns when nothing is in line any more.
    package func settled() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.isDraining { state.waiting.append(continuation) }
                return !state.isDraining
            }
            if isOver { continuation.resume() }
        }
    }

    /// Looks for what others left, until the task is cancelled; then what is in line is still started.
    package func run() async {
        var isFailing = false
        while !Task.isCancelled {
            do {
                while try await sweep() > 0, !Task.isCancelled {}
                isFailing = false
            } catch {
                // Once for a series of failures: the database is away, and others say so too.
                if !isFailing, !Task.isCancelled {
                    logger.warning("deliveries could not be looked for", metadata: ["error": "\(error)"])
                }
                isFailing = true
            }
            await clock.wait(until: clock.now + options.interval)
        }
        await settled()
    }

    /// Starts what nobody has taken on for a while; answers how many deliveries that were.
    @discardableResult
    package func sweep() async throws -> Int {
        let now = clock.now
        let found = try await store.claim(limit: options.claimed, at: now, before: now + -options.claim)
        guard !found.isEmpty else { return 0 }
        logger.notice("deliveries are taken over", metadata: ["deliveries": "\(found.count)"])
        var ready: [ReadyDelivery] = []
        for delivery in found {
            do {
                // Its run may be under way since whoever had it died, or took long.
                if let run = delivery.record.run, try await runs.run(run, in: delivery.record.tenant) != nil {
                    try await store.settle([delivery])
                    continue
                }
                ready.append(try await self.ready(delivery))
            } catch let error as UnreadableDelivery {
                // It was read before it was taken; it is no use to try again.
                logger.error(
                    "a delivery cannot be read", metadata: ["delivery": "\(delivery.record.id)", "error": "\(error)"])
                try await store.settle([delivery])
            }
        }
        for start in stride(from: 0, to: ready.count, by: options.batch) {
            await self.start(Array(ready[start..<min(start + options.batch, ready.count)]))
        }
        return found.count
    }

    private func ready(_ delivery: StoredDelivery) async throws -> ReadyDelivery {
        let record = delivery.record
        let known = try await workflows.workflow(record.workflow, in: record.tenant)
        var workflow =
            known
            // A workflow that was deleted since: what was acknowledged is carried out all the same.
            ?? WorkflowRecord(
                id: record.workflow, tenant: record.tenant, name: "", about: "", status: .active,
                version: delivery.version, createdAt: record.receivedAt, updatedAt: record.receivedAt)
        workflow.version = delivery.version
        let trigger = try DeliveryContent(delivery).trigger(
            id: record.senderID ?? record.id.description, node: delivery.node, path: delivery.endpoint)
        return ReadyDelivery(
            delivery, workflow: workflow, run: record.run ?? .new(at: record.receivedAt), trigger: trigger)
    }

    private func drain() async {
        while let batch = nextBatch() {
            await waitWhilePressed(since: batch[0].stored.record.receivedAt)
            await start(batch)
        }
    }

    private func waitWhilePressed(since first: Timestamp) async {
        let latest = first + options.courtesy
        while store.isPressed {
            let now = clock.now
            guard now < latest else { return }
            await clock.wait(until: min(latest, now + options.patience))
        }
    }

    private func nextBatch() -> [ReadyDelivery]? {
        let (batch, waiting) = state.withLock { state -> ([ReadyDelivery]?, [CheckedContinuation<Void, Never>]) in
            let batch = state.line.next(options.batch)
            guard batch.isEmpty else { return (batch, []) }
            state.isDraining = false
            defer { state.waiting = [] }
            return (nil, state.waiting)
        }
        for waiter in waiting { waiter.resume() }
        return batch
    }

    /// Starts runs, which are written together. What fails here is found by a later look into the database.
    private func start(_ batch: [ReadyDelivery]) async {
        let started = await withTaskGroup(of: ReadyDelivery?.self) { group in
            for delivery in batch {
                group.addTask {
                    do {
                        _ = try await self.store(runOf: delivery)
                        return delivery
                    } catch {
                        self.logger.warning(
                            "a delivery's run was not started yet",
                            metadata: ["delivery": "\(delivery.id)", "error": "\(error)"])
                        return nil
                    }
                }
            }
            return await group.reduce(into: [ReadyDelivery]()) { if let delivery = $1 { $0.append(delivery) } }
        }
        do {
            try await store.settle(started.map(\.stored))
        } catch {
            logger.warning("deliveries could not be settled", metadata: ["error": "\(error)"])
        }
    }

    private func store(
        runOf delivery: ReadyDelivery, for waiter: NewRun.Waiter = .nobody
    ) async throws -> RunRecord {
        do {
            return try await starter.start(
                delivery.workflow, trigger: delivery.trigger, kind: NodeKind.webhook.rawValue,
                deliveryKey: "delivery:\(delivery.id)", id: delivery.run, waiter: waiter
            ).record
        } catch {
            // Somebody else, or an earlier attempt, may have been there before.
            if let run = try? await runs.run(delivery.run, in: delivery.workflow.tenant) { return run }
            throw error
        }
    }
}
