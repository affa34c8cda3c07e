import ArgumentParser
import PatchbayCore
import PatchbayJSON
import PatchbayStorage

/// What is offered to everybody, and what waits.
struct ConnectorPublished: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "published", abstract: "List packages that tenants have published, or that wait for the operators."
    )

    @OptionGroup var host: HostOptions

    @Argument(help: "A connector's id, for all its versions; else what is looked for in ids, names and summaries.")
    var text: String?

    @Option(help: "Submissions in a state: pending, approved, published, rejected or withdrawn.") var state: String?

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let wanted = state.flatMap { SubmissionState(rawValue: $0) }
        guard state == nil || wanted != nil else {
            let known = SubmissionState.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandFailure("There is no state \(state ?? ""); there are \(known).")
        }
        try await Storage.using(host) { storage in
            var found: [PackageSubmission] = []
            if let wanted {
                found = try await storage.submissions.submissions(in: wanted, page: Self.page).items
            } else {
                if let text { found = try await storage.submissions.published(text) }
                if found.isEmpty {
                    found = try await storage.submissions.published(matching: text, page: Self.page).items
                }
            }
            if json { return Console.print(json: ["items": .array(found.map(\.printed))]) }
            Console.print(
                table: found.map { package in
                    [
                        package.pin.connector, package.pin.version.description,
                        package.recall?.kind.rawValue ?? package.submission.state.rawValue,
                        package.content.hasPassed ? "passed" : "failed",
                        String(package.content.signer.prefix(12)),
                        package.content.manifest["summary"]?.string ?? "",
                    ]
                }, heading: ["CONNECTOR", "VERSION", "STATE", "CHECKS", "SIGNER", "SUMMARY"],
                empty: "There are no such packages.")
        }
    }

    private static let page = PageRequest(limit: PageRequest.largest)
}

extension PackageSubmission {
    /// As a command prints it.
    var printed: JSON {
        [
            "connector": .string(pin.connector), "version": .string(pin.version.description),
            "tenant_id": .string(publisher.description), "state": .string(submission.state.rawValue),
            "reasons": .string(submission.reasons), "passed": .bool(content.hasPassed),
            "signer": .string(content.signer), "digest": .string(content.digest), "size": .int(Int64(content.size)),
            "permissions": content.manifest["permissions"] ?? .null, "report": content.report,
            "recall": recall.map { ["kind": .string($0.kind.rawValue), "reason": .string($0.reason)] } ?? .null,
            "submitted_at": .string(submission.submittedAt.description),
            "published_at": publishedAt.map { .string($0.description) } ?? .null,
        ]
    }
}
