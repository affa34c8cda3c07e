import ArgumentParser
import PatchbayJSON
import PatchbayStorage

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the database's schema up to date. `serve` does it too; any number of hosts may at once.",
        discussion: """
            With --distribute the tables are then spread over the servers of a Citus cluster, by tenant. Stop every host \
            before that: each table is locked while its rows move.
            """)

    @OptionGroup var host: HostOptions

    @Flag(help: "Spread the tables over the servers of Citus, by tenant.") var distribute = false

    @Flag(name: .customLong("print"), help: "With --distribute: print the SQL instead of executing it.")
    var isPrinting = false

    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        if isPrinting, !distribute { throw ValidationError("--print goes with --distribute.") }
    }

    func run() async throws {
        let configuration = try await host.configuration(quiet: true)
        let database = try await Database.open(configuration, log: makeLogger(configuration))
        let result: Result
        do {
            result = try await work(on: database)
        } catch {
            await database.close()
            throw error
        }
        await database.close()
        show(result)
    }

    private struct Result {
        var applied: [String]
        /// Nil when that was not asked for.
        var distributed: [String]?
        var statements: [String]?
    }

    private func work(on database: Database) async throws -> Result {
        var result = Result(applied: database.migrated)
        guard distribute else { return result }
        let distribution = PostgresDistribution(database.target)
        let plan = try await distribution.plan()
        guard plan.problems.isEmpty else {
            throw CommandFailure(
                "The tables cannot be distributed:\n" + plan.problems.map { "  \($0)" }.joined(separator: "\n"))
        }
        if isPrinting {
            result.statements = plan.statements
        } else if let obstacle = try await distribution.obstacle() {
            throw CommandFailure("Nothing was distributed: \(obstacle). --print shows the SQL.")
        } else {
            result.distributed = try await distribution.distribute()
        }
        return result
    }

    private func show(_ result: Result) {
        if json {
            var object: JSONObject = ["applied": .array(result.applied.map(JSON.string))]
            if let tables = result.distributed { object["distributed"] = .array(tables.map(JSON.string)) }
            if let statements = result.statements { object["statements"] = .array(statements.map(JSON.string)) }
            return Console.print(json: .object(object))
        }
        if let statements = result.statements {
            return Console.print(
                statements.isEmpty
                    ? "-- Every table is distributed." : statements.map { $0 + ";" }.joined(separator: "\n"))
        }
        let applied = result.applied
        Console.print(applied.isEmpty ? "The schema is up to date." : "Applied: \(applied.joined(separator: ", "))")
        if let tables = result.distributed {
            Console.print(
                tables.isEmpty
                    ? "Every table was distributed already." : "Distributed: \(tables.joined(separator: ", "))")
        }
    }
}
