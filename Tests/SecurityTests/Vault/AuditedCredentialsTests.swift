import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Synchronization
import Testing

@Suite struct AuditedCredentialsTests {
    private final class Log: AuditLog {
        struct Full: Error {}

        let events = Mutex<[AuditEvent]>([])
        let isFull = Mutex(false)

        func append(_ new: [AuditEvent]) async throws {
            if isFull.withLock({ $0 }) { throw Full() }
            events.withLock { $0 += new }
        }

        var all: [AuditEvent] { events.withLock { $0 } }
    }

    private final class Clock: TimeSource {
        private let moment = Mutex(Timestamp(milliseconds: 1_700_000_000_000))
        var now: Timestamp { moment.withLock { $0 } }
        func advance(by span: Int64) { moment.withLock { $0 = $0 + span } }
    }

    private struct Source: CredentialSource {
        let record: CredentialRecord

        func grant(
            named name: String, in tenant: TenantID, for purpose: CredentialPurpose
        ) async throws -> CredentialGrant? {
            guard name == record.name else { return nil }
            return CredentialGrant(record: record, fields: ["token": Secret("hush-canary")])
        }
    }

    private let log = Log()
    private let clock = Clock()
    private let record = CredentialRecord(
        id: CredentialID(high: 7, low: 7), tenant: .initial, name: "team", kind: .bearer, connector: nil, hosts: [],
        settings: [:], createdAt: Timestamp(milliseconds: 0))
    private let run = RunID(high: 3, low: 3)

    private var credentials: AuditedCredentials {
        AuditedCredentials(Source(record: record), log: log, clock: clock)
    }

    private func call(_ attempt: Int = 1) throws -> CredentialPurpose {
        let version = try #require(Version("1.0.0"))
        let reference = OperationReference(connector: "slack", version: version, operation: "send_message")
        return .call(reference, run: run, node: "tell", attempt: attempt)
    }

    @Test func `each use is taken down with the run, node and operation, and without the secret`() async throws {
        let credentials = credentials
        for attempt in 1...2 {
            let grant = try await credentials.grant(named: "team", in: .initial, for: call(attempt))
            #expect(grant?.fields["token"]?.reveal() == "hush-canary")
        }
        let events = log.all
        #expect(events.map(\.action) == [.credentialUsed, .credentialUsed])
        let event = try #require(events.last)
        #expect(event.actor == .engine && event.tenant == .initial)
        #expect(event.resource == AuditEvent.Resource("credential", record.id.description))
        #expect(event.details["run_id"]?.string == run.description)
        #expect(event.details["operation"] == "slack@1.0.0/send_message")
        #expect(event.details["node"] == "tell" && event.details["attempt"] == 2 && event.details["name"] == "team")
        #expect(!events.contains { $0.content(at: 1).text.contains("canary") })
    }

    @Test func `nobody has a secret whose use could not be taken down`() async throws {
        log.isFull.withLock { $0 = true }
        await #expect(throws: Log.Full.self) {
            try await credentials.grant(named: "team", in: .initial, for: call())
        }
    }

    @Test func `a credential that is not there is not used`() async throws {
        #expect(try await credentials.grant(named: "other", in: .initial, for: call()) == nil)
        #expect(log.all.isEmpty)
    }

    @Test func `deliveries are counted by the minute, each webhook by itself`() async throws {
        let credentials = credentials
        let workflow = WorkflowID(high: 1, low: 1)
        for _ in 0..<50 {
            _ = try await credentials.grant(named: "team", in: .initial, for: .delivery(workflow, node: "hook"))
        }
        _ = try await credentials.grant(named: "team", in: .initial, for: .delivery(workflow, node: "other"))
        #expect(log.all.map { $0.details["count"]?.int } == [1, 1])
        clock.advance(by: 60_000)
        _ = try await credentials.grant(named: "team", in: .initial, for: .delivery(workflow, node: "hook"))
        #expect(log.all.map { $0.details["count"]?.int } == [1, 1, 50])
        _ = try await credentials.grant(named: "team", in: .initial, for: .delivery(workflow, node: "hook"))
        #expect(log.all.count == 3)
    }
}
