import FoundationEssentials
import HostFixture
import PatchbayJSON

/// GitHub's own examples of deliveries (the package `@octokit/webhooks-examples`), beside the package in `../shared` or where
/// `PATCHBAY_SHARED` says.
enum GitHubPayloads {
    struct Payload: Sendable {
        /// As in `X-GitHub-Event`.
        var event: String
        var name: String
        var body: [UInt8]
        var action: String?
    }

    private static var path: String {
        let beside = #filePath.split(separator: "/").dropLast(5).map { "/" + $0 }.joined() + "/shared"
        let named = ProcessInfo.processInfo.environment["PATCHBAY_SHARED"] ?? ""
        return (named.isEmpty ? beside : named) + "/specs/github/webhook_payload_examples.json.gz"
    }

    static var areThere: Bool { FileManager.default.fileExists(atPath: path) }

    static func all(in folder: String) async throws -> [Payload] {
        let unpacking = try ChildProgram("/bin/gzip", ["-dc", path], environment: [:], folder: folder)
        guard await unpacking.ended() == 0 else { throw SystemTestError(unpacking.errors) }
        let examples = try JSON(parsing: unpacking.output).object ?? [:]
        return examples.compactMap { example in
            // `api.github.com/<event>/<what>.payload.json`
            let parts = example.name.split(separator: "/")
            guard parts.count == 3 else { return nil }
            return Payload(
                event: String(parts[1]), name: example.name, body: example.value.bytes(),
                action: example.value["action"]?.string)
        }
    }
}
