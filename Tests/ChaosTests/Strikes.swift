/// What is done to a round, and how often.
struct Strikes: Sendable {
    /// A worker is killed.
    var killing: Duration
    /// Connections are cut that are in a transaction; nil: none are.
    var cutting: Duration?
    /// The database is restarted each time so many runs have ended, until all have; nil: never.
    var runsPerRestart: Int?

    static let everything = Strikes(killing: .milliseconds(500), cutting: .milliseconds(150), runsPerRestart: 650)
    /// Workers die, and nothing else happens that could keep a run from going on.
    static let deaths = Strikes(killing: .seconds(2))
}
