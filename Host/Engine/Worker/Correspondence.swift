import Logging
import PatchbayCore

/// What one run that is in hand has to do with others: it reads what the run is told, and starts and ends child runs.
struct Correspondence {
    /// Milliseconds until what the store did not answer is tried again.
    private static let pause: Int64 = 500

    private let run: RunRecord
    private let mailbox: Mailbox
    private let surroundings: Execution.Surroundings
    private var unread: [RunMessage]
    /// What has been taken in, and is to be forgotten once that is stored.
    private var read: [RunMessage] = []
    /// There may be more to read.
    private var isToLook = false
    /// When that is tried again.
    private(set) var lookAgainAt: Timestamp?
    private var errands: [Task<Void, Never>] = []

    init(of run: LeasedRun, mailbox: Mailbox, in surroundings: Execution.Surroundings) {
        self.run = run.record
        self.mailbox = mailbox
        self.surroundings = surroundings
        unread = run.messages
    }

    // MARK: Messages

    mutating func look() { isToLook = true }

    /// Whether there is something that the run has not heard yet, because the store did not answer. Nobody would wake it
    /// for that again.
    var isBehind: Bool { isToLook || !unread.isEmpty }

    /// What the run has been told since the last time.
    mutating func events() async -> [RunEvent] {
        guard let relations = surroundings.relations, isToLook || !unread.isEmpty else { return [] }
        var events: [RunEvent] = []
        do {
            if isToLook {
                let known = unread
                unread += try await relations.messages(for: run).filter { !known.contains($0) }
                (isToLook, lookAgainAt) = (false, nil)
            }
            while let message = unread.first {
                events += try await relations.events(message, for: run)
                read.append(message)
                unread.removeFirst()
            }
        } catch {
            surroundings.logger.warning(
                "messages for a run could not be read yet", metadata: ["run": "\(run.id)", "error": "\(error)"])
            isToLook = true
            lookAgainAt = surroundings.clock.now + Self.pause
        }
        return events
    }

    /// What was taken in is stored. Messages that are not forgotten are read again, and are no news then.
    mutating func stored() {
        guard let relations = surroundings.relations, !read.isEmpty else { return }
        let (read, run, logger) = (read, run, surroundings.logger)
        self.read = []
        Task {
            do {
                try await relations.forget(read, of: run)
            } catch {
                logger.debug("messages were not removed", metadata: ["run": "\(run.id)", "error": "\(error)"])
            }
        }
    }

    // MARK: Child runs

    mutating func start(_ child: ChildRun) {
        let (run, mailbox) = (run, mailbox)
        guard let relations = surroundings.relations else {
            return mailbox.post(.happened([RunRelations.refusal(of: child)]))
        }
        go("a child run could not be started yet") {
            mailbox.post(.happened(try await relations.start(child, of: run)))
        }
    }

    mutating func cancel(_ child: RunID) {
        guard let relations = surroundings.relations else { return }
        let run = run
        go("a child run could not be asked for its end yet") { try await relations.cancel(child, of: run) }
    }

    // MARK: Events

    mutating func listen(_ step: StepKey, _ attempt: Int, for name: String, key: String) {
        let (run, mailbox) = (run, mailbox)
        guard let relations = surroundings.relations else {
            return mailbox.post(.happened([.listening(step, attempt: attempt)]))
        }
        go("that a run waits for events could not be stored yet") {
            try await relations.listen(for: name, key: key, run)
            mailbox.post(.happened([.listening(step, attempt: attempt)]))
        }
    }

    // MARK: Tasks

    mutating func open(_ task: AskedTask) {
        let (run, mailbox) = (run, mailbox)
        guard let desk = surroundings.relations?.tasks else {
            return mailbox.post(.happened([RunRelations.refusal(of: task)]))
        }
        go("a task could not be stored yet") {
            mailbox.post(.happened(try await desk.open(task, of: run)))
        }
    }

    mutating func withdraw(_ key: StepKey, _ attempt: Int) {
        guard let desk = surroundings.relations?.tasks else { return }
        let run = run
        go("a task could not be withdrawn yet") { try await desk.withdraw(key, attempt, of: run) }
    }

    func responded() { surroundings.relations?.responded(run) }

    /// Leaves nothing behind: what is not done is asked for again by whoever takes the run on.
    func end() {
        for errand in errands { errand.cancel() }
    }

    /// Tries until it succeeds, or the run leaves this worker.
    private mutating func go(_ trouble: Logger.Message, _ errand: @escaping @Sendable () async throws -> Void) {
        let (clock, logger, run) = (surroundings.clock, surroundings.logger, run.id)
        errands.append(
            Task {
                while !Task.isCancelled {
                    do {
                        return try await errand()
                    } catch {
                        logger.warning(trouble, metadata: ["run": "\(run)", "error": "\(error)"])
                        await clock.wait(until: clock.now + Self.pause)
                    }
                }
            })
    }
}
