package import Logging
package import PatchbayPostgres
import Synchronization
package import Testing

/// Gives a suite an embedded cluster of its own, in a folder that is removed afterwards.
package struct DatabaseTrait: SuiteTrait, TestScoping {
    @TaskLocal fileprivate static var cluster: EmbeddedCluster?

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let folder = TemporaryFolder(inMemory: true)
        defer { folder.remove() }
        let cluster = try await EmbeddedCluster.start(in: folder.path, log: .quiet)
        do {
            try await Self.$cluster.withValue(cluster) { try await function() }
        } catch {
            await cluster.stop()
            throw error
        }
        await cluster.stop()
    }
}

extension Trait where Self == DatabaseTrait {
    /// The suite's tests may call `withDatabase`.
    package static var database: Self { Self() }
}

extension Logger {
    /// Says nothing.
    package static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

private let databases = Atomic(0)

/// All tests at once would ask for more connections than the server has.
private let places = Places(24)

/// Runs `body` with a fresh, empty database.
package func withDatabase<Value: Sendable>(_ body: (PostgresTarget) async throws -> Value) async throws -> Value {
    guard let cluster = DatabaseTrait.cluster else { fatalError("the suite lacks the trait .database") }
    await places.take()
    do {
        let value = try await body(try await emptyDatabase(on: cluster))
        await places.give()
        return value
    } catch {
        await places.give()
        throw error
    }
}

private func emptyDatabase(on cluster: EmbeddedCluster) async throws -> PostgresTarget {
    let name = "test_\(databases.add(1, ordering: .relaxed).newValue)"
    let connection = try await PostgresConnection.connect(to: cluster.target(database: "postgres"))
    _ = try await connection.query("create database \(name)")
    await connection.close()
    return cluster.target(database: name)
}
