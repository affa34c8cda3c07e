import PatchbayJSON

/// How a worker goes about its work. Times are in milliseconds.
package struct WorkerOptions: Sendable {
    /// Runs carried out at the same time.
    package var runs = 1_024
    /// Calls one run makes at the same time.
    package var callsPerRun = 16
    /// How long work that nobody announced may lie: runs that another process queued or left behind.
    package var pollInterval: Int64 = 1_000
    package var heartbeatInterval: Int64 = 1_000
    /// The silence after which a worker counts as dead and its runs may be taken on: several heartbeats.
    package var abandonment: Int64 = 3_500
    /// How long a run may wait in hand for its next moment, with nothing else to do; beyond that it is given up until then.
    package var longestWait: Int64 = 2_000
    /// How long calls may go on after the worker was told to stop.
    package var drain: Int64 = 20_000
    /// How long a call that was cut short may take to say how it ended, before that counts as unknown.
    package var grace: Int64 = 1_000
    /// The same of calls of a run that somebody wants to end: with the time until a worker hears of that, within two seconds.
    package var cancelGrace: Int64 = 750
    /// How long storing is tried again while the database does not answer. Then the run starts over from its journal.
    package var storingPatience: Int64 = 10_000
    /// Whether it takes runs that ask for no labels.
    package var takesUnlabelled = true
    /// The most a step may take in or give out, as JSON text, in bytes; beyond it the step fails.
    package var largestValue = JSON.largestStepValue
    /// Plans kept in memory.
    package var plans = 256

    package init() {}
}
