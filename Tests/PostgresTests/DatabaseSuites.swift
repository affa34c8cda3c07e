import DatabaseFixture
import Testing

/// Everything that needs a server; they share one cluster, and each test has a database of its own.
@Suite(.database, .timeLimit(.minutes(5)))
struct DatabaseSuites {}
