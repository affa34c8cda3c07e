import Glibc
import PatchbayJSON
import PatchbayOutbound

/// Does what a test asks for in a network that holds nothing but this process, where every address of the world is its own:
/// whatever the client connects to, it reaches a server that says which address that was. Names are answered by a server of
/// DNS that the test writes the answers of.
///
/// It is started in namespaces of its own, with one line of JSON on standard input (`Errand`), and prints one line of JSON for
/// each thing that it was asked to do.
@main struct ClosedNetwork {
    static func main() async throws {
        let errand = try Errand(JSON(parsing: Array((readLine() ?? "").utf8)))
        try Loopback.takeEverything()
        let names = try NameServer(errand.zone)
        let servers = try errand.ports.map { try AddressServer(port: $0) }
        let done = try await errand.run()
        for outcome in done { print(outcome.text) }
        let reached = servers.flatMap(\.reached).sorted()
        print(
            JSON.object([
                "reached": .array(reached.map(JSON.string)), "questions": .array(names.questions.map(JSON.string)),
            ]).text)
    }
}
