import ArgumentParser
import PatchbayAuthoring
import PatchbayCore
import PatchbayJSON
import PatchbayModules
import PatchbayOutbound

/// What the commands for authors have in common.
enum Authoring {
    static var prober: Prober { Prober(runner: Installation.runner) }

    static func sdk() throws -> SDKFolder {
        try SDKFolder.find(executable: Installation.executable, chosen: Environment.variable("PATCHBAY_SDK"))
    }

    /// Carries something out; what a host refuses is told in lines, and ends the command.
    static func explaining<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let refusal as ConnectorRefusal {
            Console.note("A host would refuse this connector (\(refusal.code))")
            refusal.print()
            throw ExitCode.failure
        }
    }

    /// A JSON value of the command line: the text itself, `@FILE`, or `-` for standard input.
    static func json(_ text: String, _ what: String) throws -> JSON {
        let isFile = text == "-" || text.hasPrefix("@")
        let bytes = isFile ? try TextFile.read(text == "-" ? "-" : String(text.dropFirst())) : Array(text.utf8)
        do throws(JSONError) {
            return try JSON(parsing: bytes)
        } catch {
            throw CommandFailure("\(what) is not JSON: \(error.description)")
        }
    }

    /// Requests leave as they would from a host with this configuration; an author's own machine is always allowed.
    static func client(_ configuration: HostConfiguration) throws -> OutboundClient {
        let given = configuration.allowedNetworks
        let networks = (given.isEmpty ? "" : given + ",") + "127.0.0.0/8,::1/128"
        return try OutboundClient(
            policy: try EgressPolicy(parsing: networks),
            route: OutboundRoute(environment: Environment.variables(Parts.routeVariables)))
    }
}
