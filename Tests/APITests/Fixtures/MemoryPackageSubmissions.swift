import PatchbayCore
import PatchbayJSON
import Synchronization

/// Submitted packages as the real store keeps them, and an examiner for which packages are texts such as `acme 1.0.0 hosts`:
/// what stands behind the version is asked for as a permission; `failing` fails a check.
final class MemoryPackageSubmissions: PackageSubmissionStore, PackageExaminer {
    private struct State {
        var submissions: [ConnectorPin: PackageSubmission] = [:]
        var packages: [ConnectorPin: [UInt8]] = [:]
    }

    private let state = Mutex(State())
    private let connectors: MemoryConnectors

    init(_ connectors: MemoryConnectors) { self.connectors = connectors }

    static let signer = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

    func trusts(_ signer: String) -> Bool { signer == Self.signer }

    func examine(_ package: [UInt8], signer: String?) async throws -> ExaminedPackage {
        let words = String(decoding: package, as: UTF8.self).split(separator: " ").map(String.init)
        guard words.count >= 2, let version = Version(words[1]) else { throw MemoryConnectors.refusal }
        if words.contains("busy") { throw ExaminationBusy() }
        let hasPassed = !words.contains("failing")
        let result = hasPassed ? "passed" : "failed"
        return ExaminedPackage(
            pin: ConnectorPin(connector: words[0], version: version), digest: words.joined(), size: package.count,
            manifest: [
                "id": .string(words[0]), "version": .string(words[1]), "name": "Acme", "summary": "Does what it does.",
                "category": "utility", "license": "MIT",
                "permissions": ["hosts": .array(words.dropFirst(2).map(JSON.string))],
            ], signer: signer ?? Self.signer,
            report: ["passed": .bool(hasPassed), "checks": [["check": "load", "result": .string(result)]]],
            hasPassed: hasPassed)
    }

    func submit(_ submission: PackageSubmission, package: [UInt8]) async throws {
        try state.withLock { state in
            try Self.requireOwner(submission.publisher, of: submission.pin.connector, in: state)
            if let there = state.submissions[submission.pin], ![.rejected, .withdrawn].contains(there.submission.state)
            {
                throw there.publisher == submission.publisher
                    ? PackageConflict.state(there.submission.state)
                    : PackageConflict.connectorTaken(submission.pin.connector)
            }
            let waiting = state.submissions.values.filter {
                $0.publisher == submission.publisher && [.pending, .approved].contains($0.submission.state)
            }
            guard waiting.count < PackageSubmission.mostPending else {
                throw PackageConflict.tooManyPending(PackageSubmission.mostPending)
            }
            state.submissions[submission.pin] = submission
            state.packages[submission.pin] = submission.submission.state == .rejected ? nil : package
        }
    }

    private static func requireOwner(_ publisher: TenantID, of connector: String, in state: State) throws {
        let isTaken = state.submissions.values.contains {
            $0.pin.connector == connector && $0.publishedAt != nil && $0.publisher != publisher
        }
        if isTaken { throw PackageConflict.connectorTaken(connector) }
    }

    func apply(
        _ event: SubmissionEvent, to pin: ConnectorPin, by: String, reasons: String, at: Timestamp
    ) async throws -> PackageSubmission? {
        try state.withLock { state in
            guard var submission = state.submissions[pin] else { return nil }
            let before = submission.submission.state
            let next = SubmissionState.after(event, from: before, isHeld: submission.submission.isHeld)
            guard let next, before != .published, next != .pending else { throw PackageConflict.state(before) }
            if next == .published {
                try Self.requireOwner(submission.publisher, of: pin.connector, in: state)
                let quarantined = state.submissions.values.first {
                    $0.pin.connector == pin.connector && $0.recall?.kind == .quarantined
                }
                if let quarantined { throw PackageConflict.quarantined(quarantined.pin) }
                submission.publishedAt = at
            }
            if [.rejected, .withdrawn].contains(next) { state.packages[pin] = nil }
            submission.submission.state = next
            (submission.submission.reasons, submission.submission.decidedBy) = (reasons, by)
            submission.submission.decidedAt = at
            state.submissions[pin] = submission
            return submission
        }
    }

    private var all: [PackageSubmission] {
        state.withLock { $0.submissions.values.sorted { $0.pin.description < $1.pin.description } }
    }

    func submission(of pin: ConnectorPin) async throws -> PackageSubmission? {
        state.withLock { $0.submissions[pin] }
    }

    func submissions(in wanted: SubmissionState, page: PageRequest) async throws -> Page<PackageSubmission> {
        try Page(of: all.filter { $0.submission.state == wanted }, page)
    }

    func submissions(of tenant: TenantID, page: PageRequest) async throws -> Page<PackageSubmission> {
        try Page(of: all.filter { $0.publisher == tenant }, page)
    }

    func published(matching text: String?, page: PageRequest) async throws -> Page<PackageSubmission> {
        let offered = all.filter { submission in
            let words = submission.pin.connector + " " + (submission.content.manifest["summary"]?.string ?? "")
            return submission.isOffered && (text.map { words.lowercased().contains($0.lowercased()) } ?? true)
        }
        let newest = Set(offered.map(\.pin.connector)).sorted().compactMap { id in
            offered.filter { $0.pin.connector == id }.max { $0.pin.version < $1.pin.version }
        }
        return try Page(of: newest, page)
    }

    func published(_ connector: String) async throws -> [PackageSubmission] {
        all.filter { $0.pin.connector == connector && $0.submission.state == .published }
            .sorted { $0.pin.version > $1.pin.version }
    }

    func package(of pin: ConnectorPin) async throws -> [UInt8]? { state.withLock { $0.packages[pin] } }

    func recall(_ recall: PackageRecall?, of pin: ConnectorPin) async throws -> PackageSubmission? {
        if let recall, try await connectors.installations().contains(where: { $0.pin == pin }) {
            _ = try await connectors.set(.disabled, of: pin, by: recall.by, at: recall.at)
        }
        return state.withLock { state in
            guard state.submissions[pin]?.submission.state == .published else { return nil }
            state.submissions[pin]?.recall = recall
            return state.submissions[pin]
        }
    }

    func recalls(among pins: Set<ConnectorPin>) async throws -> [ConnectorPin: PackageRecall] {
        state.withLock { state in
            Dictionary(
                pins.compactMap { pin in state.submissions[pin]?.recall.map { (pin, $0) } },
                uniquingKeysWith: { first, _ in first })
        }
    }
}
