import FoundationEssentials
import Glibc
import HostFixture
import PatchbayJSON
import Testing

/// The commands for connectors, typed as their users would.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ConnectorCommandTests {
    /// For those that build: the compiler is where the tests find theirs, the SDK in this checkout.
    private static let tools: [String: String] = {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        return [
            "PATCHBAY_SDK": sources + "/ConnectorSDK",
            "PATH": getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin",
        ]
    }()

    @Test func `from nothing to a call: new, build, check, test, dev, call, docs, diff`() async throws {
        let installation = try await Installation([])
        let folder = installation.folder + "/acme"
        func type(_ arguments: String...) async throws -> (status: Int32, output: String, errors: String) {
            try await installation.command(["connector"] + arguments, adding: Self.tools)
        }
        let made = try await type("new", "acme", "--language", "c", "--folder", folder)
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.output.contains("patchbay connector build"))
        let again = try await type("new", "acme", "--language", "c", "--folder", folder)
        #expect(again.status != 0 && again.errors.contains("acme"), "\(again.errors)")

        let built = try await type("build", folder, "--json")
        #expect(built.status == 0, "\(built.errors)")
        let package = try #require(try JSON(parsing: built.output)["package"]?.string)
        #expect(package.hasSuffix("acme-1.0.0.pbc") || package.hasSuffix(".pbc"))

        let checked = try await type("check", package, "--json", "--seed", "7")
        #expect(checked.status == 0, "\(checked.output)")
        let report = try JSON(parsing: checked.output)
        #expect(report["connector"] == "acme 1.0.0" && report["seed"] == "7" && report["passed"] == true)
        #expect(report["checks"]?.array?.allSatisfy { $0["result"] != "failed" && $0["result"] != "crashed" } == true)
        let tested = try await type("test", folder)
        #expect(tested.status == 0, "\(tested.errors)")

        let tried = try await type("dev", folder, "--once")
        #expect(tried.status == 0 && tried.output.contains("acme 1.0.0-dev."), "\(tried.output) \(tried.errors)")
        // Named, because the tests stand in this repository's folder, which is taken for a connector's own.
        let version = try #require(tried.output.split(separator: " ").first { $0.hasPrefix("1.0.0-dev.") })
        let called = try await type(
            "call", "acme/hello", "--version", String(version), "--input", #"{"name": "Ada"}"#, "--json")
        #expect(called.status == 0, "\(called.errors)")
        #expect(try JSON(parsing: called.output) == ["greeting": "Hello, Ada!"])

        let page = try await type("docs", package)
        #expect(page.status == 0 && page.output.contains("Say hello"), "\(page.errors)")
        let same = try await type("diff", package, package, "--json")
        #expect(same.status == 0, "\(same.errors)")
        #expect(try JSON(parsing: same.output)["level"]?.isNull == true)
    }

    @Test func `calls that cannot be say what would be right`() async throws {
        let installation = try await Installation(["slack"])
        func type(_ arguments: String...) async throws -> (status: Int32, output: String, errors: String) {
            try await installation.command(["connector"] + arguments, adding: Self.tools)
        }
        let misspelt = try await type("call", "slak/send_message")
        #expect(misspelt.status != 0 && misspelt.errors.contains("slack"), "\(misspelt.errors)")
        let unknown = try await type("call", "slack/send_mesage")
        #expect(unknown.status != 0 && unknown.errors.contains("send_message"), "\(unknown.errors)")
        let malformed = try await type("call", "slack/send_message", "--input", "{")
        #expect(malformed.status != 0 && malformed.errors.contains("--input is not JSON"), "\(malformed.errors)")
        let unfit = try await type("call", "slack/send_message", "--input", "{}")
        #expect(unfit.status != 0 && unfit.errors.contains("does not fit"), "\(unfit.errors)")
        let nothing = try await type("build", installation.folder)
        #expect(nothing.status != 0 && !nothing.errors.isEmpty)
        let name = try await type("new", "Not A Name", "--folder", installation.folder + "/x")
        #expect(name.status != 0 && name.errors.contains("lower-case"), "\(name.errors)")
        let language = try await type("new", "acme", "--language", "cobol")
        #expect(language.status == 64 && language.errors.contains("declarative"), "\(language.errors)")
    }

    @Test func `checks are listed, chosen, and fail by exit code`() async throws {
        let installation = try await Installation(["slack"])
        func check(_ arguments: String...) async throws -> (status: Int32, output: String, errors: String) {
            try await installation.command(["connector", "check"] + arguments)
        }
        let library = installation.folder + "/plugins/slack/1.0.0/slack.so"
        let list = try await check("--list", "--json")
        let names = try JSON(parsing: list.output)["checks"]?.array?.compactMap { $0["check"]?.string } ?? []
        #expect(list.status == 0 && names.contains("restarts") && names.contains("fuzz"))
        let one = try await check(library, "--only", "load", "--only", "examples", "--json")
        #expect(one.status == 0, "\(one.errors)")
        #expect(
            try JSON(parsing: one.output)["checks"]?.array?.compactMap { $0["check"]?.string } == ["load", "examples"])
        let fuzzed = try await check(library, "--only", "fuzz", "--processes", "3", "--calls", "50", "--seed", "1")
        #expect(fuzzed.status == 0 && fuzzed.output.contains("passed\tfuzz"), "\(fuzzed.output)\(fuzzed.errors)")
        let unknown = try await check(library, "--only", "loud")
        #expect(unknown.status == 64 && unknown.errors.contains("connector check --list"))
        let nothing = try await check()
        #expect(nothing.status == 64 && nothing.errors.contains("Name a library"))
        let missing = try await check(installation.folder + "/nowhere.so", "--json")
        #expect(missing.status == 1)
        #expect(try JSON(parsing: missing.output)["passed"] == false)
        let processes = try await check(library, "--processes", "0")
        #expect(processes.status == 64)
    }

    @Test func `the list tells this machine's view, and with --everywhere that of all hosts`() async throws {
        let installation = try await Installation(["slack"])
        let source = try await Installation(["http"])
        let slack = try await installation.command(["connector", "list", "--json"])
        let items = try JSON(parsing: slack.output)["items"]?.array ?? []
        #expect(items.map { $0["id"] } == ["slack"] && items[0]["state"] == "available")
        #expect(items[0]["installation"] == nil)

        let package = installation.folder + "/http.pbc"
        let packed = try await source.command([
            "connector", "pack", source.folder + "/plugins/http/1.0.0/http.so", "--output", package,
        ])
        #expect(packed.status == 0, "\(packed.errors)")
        let installed = try await installation.command(["connector", "install", package])
        #expect(installed.status == 0, "\(installed.errors)")
        let disabled = try await installation.command(["connector", "disable", "http@1.0.0"])
        #expect(disabled.status == 0, "\(disabled.errors)")
        let table = try await installation.command(["connector", "list", "--everywhere"])
        #expect(
            table.output.contains("INSTALLED") && table.output.contains("disabled"), "\(table.output)\(table.errors)")
        let everywhere = try await installation.command(["connector", "list", "--everywhere", "--json"])
        let all = try JSON(parsing: everywhere.output)["items"]?.array ?? []
        let http = all.first { $0["id"] == "http" }, local = all.first { $0["id"] == "slack" }
        #expect(http?["installation"]?["state"] == "disabled" && http?["hosts"] == [])
        #expect(local?["installation"] == .null)
    }

    @Test func `resume names a version, and a host that answers`() async throws {
        let installation = try await Installation(["slack"])
        let unnamed = try await installation.command(["connector", "resume", "slack"])
        #expect(unnamed.status != 0 && unnamed.errors.contains("ID@VERSION"))
        let host = try await installation.serve()
        let key = ["PATCHBAY_API_KEY": host.key]
        let idle = try await installation.command(
            ["connector", "resume", "slack@1.0.0", "--host", host.url, "--json"], adding: key)
        #expect(idle.status == 0, "\(idle.errors)")
        #expect(try JSON(parsing: idle.output) == ["connector": "slack", "version": "1.0.0", "resumed": false])
        let missing = try await installation.command(
            ["connector", "resume", "slack@9.0.0", "--host", host.url], adding: key)
        #expect(missing.status == 1 && missing.errors.contains("slack"), "\(missing.errors)")
        host.program.signal(SIGTERM)
        _ = await host.program.ended()
        let silent = try await installation.command(
            ["connector", "resume", "slack@1.0.0", "--host", host.url], adding: key)
        #expect(silent.status == 1 && silent.errors.contains("does not answer"), "\(silent.errors)")
    }

    @Test func `a package goes from its author to everybody, and is taken back`() async throws {
        let installation = try await Installation([])
        func type(_ arguments: String...) async throws -> (status: Int32, output: String, errors: String) {
            try await installation.command(["connector"] + arguments)
        }
        let (key, file) = (installation.folder + "/signing.key", installation.folder + "/greeter.pbc")
        let made = try await type("keygen", key)
        let signer = try #require(made.output.split(whereSeparator: \.isWhitespace).first { $0.utf8.count == 44 })
        let library = installation.build + "/libgreeterone.so"
        #expect(try await type("pack", library, "--key", key, "--output", file).status == 0)
        let nameless = try await type("submit", file)
        #expect(nameless.status != 0 && nameless.errors.contains("signature-missing"), "\(nameless.errors)")
        let submitted = try await type("submit", file, "--signer", String(signer), "--json")
        #expect(submitted.status == 0, "\(submitted.output) \(submitted.errors)")
        #expect(try JSON(parsing: submitted.output)["state"] == "pending")
        let waiting = try await type("published", "--state", "pending")
        #expect(waiting.output.contains("greeter") && waiting.output.contains("passed"), "\(waiting.output)")
        let again = try await type("submit", file, "--signer", String(signer))
        #expect(again.status != 0 && again.errors.contains("pending"), "\(again.errors)")

        #expect(try await type("approve", "greeter@1.0.0").output.contains("published"))
        let late = try await type("reject", "greeter@1.0.0", "--reasons", "No.")
        #expect(late.status != 0 && late.errors.contains("published"), "\(late.errors)")
        let found = try await type("published", "greet", "--json")
        #expect(try JSON(parsing: found.output)["items"]?[0]?["version"] == "1.0.0", "\(found.output)")
        #expect(try await type("yank", "greeter@1.0.0", "--reason", "Too loud.").output.contains("yanked"))
        let refused = try await type("install", file)
        #expect(refused.status != 0 && refused.errors.contains("version-yanked"), "\(refused.errors)")
        #expect(try await type("quarantine", "greeter@1.0.0", "--reason", "Odd.").output.contains("quarantined"))
        #expect(try await type("restore", "greeter@1.0.0").output.contains("offered again"))
        #expect(try await type("install", file).status == 0)
        let missing = try await type("approve", "greeter@9.0.0")
        #expect(missing.status != 0 && missing.errors.contains("greeter@9.0.0"), "\(missing.errors)")
    }
}
