import ArgumentParser
import PatchbayJSON

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the database's schema up to date. `serve` does it too; any number of hosts may at once.")

    @OptionGroup var host: HostOptions

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let configuration = try await host.configuration(quiet: true)
        let database = try await Database.open(configuration, log: makeLogger(configuration))
        await database.close()
        let applied = database.migrated
        if json {
            Console.print(json: ["applied": .array(applied.map(JSON.string))])
        } else {
            Console.print(applied.isEmpty ? "The schema is up to date." : "Applied: \(applied.joined(separator: ", "))")
        }
    }
}
