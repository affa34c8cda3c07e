import ArgumentParser
import PatchbayAuthoring
import PatchbayCore
import PatchbayJSON
import PatchbayModules
import PatchbayOutbound

struct ConnectorCall: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call", abstract: "Call one operation of a connector: CONNECTOR/OPERATION.",
        discussion: """
            In a connector's own folder it is built first, and what was built is called. Elsewhere an installed version is. \
            The input is held against the operation's schema before. Exit status: 0 an output, 1 a failure.
            """)

    @OptionGroup var host: HostOptions

    @Argument(help: "acme/hello; or hello, in a connector's own folder.") var operation: String

    @Option(help: "JSON; @FILE reads a file, - standard input.") var input = "{}"

    @Option(
        name: .customLong("credential-file"),
        help: #"JSON with the credential: {"token": …}, {"username": …, "password": …} or {"key": …}."#)
    var credentialFile: String?

    @Option(help: "JSON; @FILE reads a file. Over the defaults of the connector's settings.") var settings = "{}"

    @Option(help: "Which installed version; the newest otherwise.") var version: String?

    @Option(help: "Seconds the call may take.") var timeout = 30.0

    @Flag(name: .customLong("no-build"), help: "Call what was built last.") var skipsBuild = false

    @Flag(
        name: .customLong("in-process"),
        help: "Without a process of its own for the connector: for those who look for a fault with a debugger.")
    var inProcess = false

    @Flag(help: "Print JSON: the output, or the error.") var json = false

    func run() async throws {
        guard timeout > 0, timeout <= 86_400 else {
            throw CommandFailure("--timeout is 0 to 86400 seconds, not \(timeout).")
        }
        let parts = operation.split(separator: "/", maxSplits: 1).map(String.init)
        let called = LastCall(
            operation: parts.last ?? "", input: try Authoring.json(input, "--input"),
            settings: try Authoring.json(settings, "--settings"), credentialFile: credentialFile)
        let credential = try credentialFile.map {
            try GivenCredential(try Authoring.json("@" + $0, "--credential-file"))
        }
        let configuration = try await host.configuration(quiet: true)
        let (id, version, plugins, project) = try await place(of: parts, configuration)
        let connector = try await Authoring.explaining {
            try await LocalConnector.open(
                id, version: version, in: plugins, prober: Authoring.prober,
                isolation: IsolationPolicy(inProcess ? .inProcess : .runner))
        }
        let surroundings = LocalConnector.Surroundings(
            settings: called.settings, credential: credential, timeout: .seconds(timeout),
            sender: try Authoring.client(configuration))
        do {
            _ = try connector.declaration(of: called.operation)
            if let project { try called.write(to: project) }
            let result = try await connector.call(called.operation, called.input, in: surroundings)
            await connector.close()
            print(result.log)
            Console.print(json: result.output)
        } catch {
            await connector.close()
            guard let failure = error as? OperationFailure else { throw error }
            print(failure.log)
            if json { Console.print(json: ["error": failure.shown]) } else { Console.note(failure.explained) }
            throw ExitCode.failure
        }
    }

    private func print(_ log: [LogLine]) {
        guard !json else { return }
        for line in log {
            Console.note("\(line.level.rawValue): \(line.message)\(line.fields.isNull ? "" : " \(line.fields.text)")")
        }
    }

    /// Which connector is meant, and where it lies: in its own folder what is built there, elsewhere what is installed.
    private func place(
        of parts: [String], _ configuration: HostConfiguration
    ) async throws -> (id: String, version: String?, plugins: String, project: ConnectorProject?) {
        if version == nil, let project = ConnectorProject.find(".") {
            if !skipsBuild || project.built == nil {
                let build = ConnectorBuild(project, sdk: try Authoring.sdk(), prober: Authoring.prober)
                _ = try await Authoring.explaining { try await build.run() }
            }
            if let built = project.built, parts.count == 1 || parts[0] == built.id {
                return (built.id, built.version, project.plugins, project)
            }
        }
        guard parts.count == 2 else {
            throw CommandFailure(
                "Which connector's `\(operation)` is meant? Write CONNECTOR/OPERATION, such as slack/send_message.")
        }
        return (parts[0], version, configuration.pluginsFolder, nil)
    }
}

extension OperationFailure {
    fileprivate var shown: JSON {
        [
            "code": .string(code.rawValue), "message": .string(message), "retryable": .bool(isRetryable),
            "retry_after_ms": retryAfter.map(JSON.int) ?? .null, "effect": .string(effect.rawValue),
            "http_status": httpStatus.map { .int(Int64($0)) } ?? .null,
            "vendor_code": vendorCode.map(JSON.string) ?? .null, "detail": detail,
            "pointer": pointer.map(JSON.string) ?? .null,
        ]
    }
}
