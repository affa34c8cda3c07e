import Glibc
import PatchbayCore
import PatchbayJSON
import ServerFixture
import Testing

/// Against a real server.
@Suite(.timeLimit(.minutes(5)))
struct EmailTests {
    private let server: ServerProcess

    init() throws { server = try ServerProcess(script: "smtp.py") }

    private func email(
        _ port: String = "port", security: JSON = "none", credential: Given.Credential? = nil
    ) async throws -> Caller {
        try await ConnectorBench.shared.value.caller(
            "email",
            settings: [
                "host": "localhost", "port": server.ready[port] ?? nil, "security": security,
                "from": "Acme <orders@acme.example>",
            ], credential: credential)
    }

    /// What the server has taken.
    private func taken() throws -> JSON {
        let port = server.ready["taken"]?.int ?? 0
        let result = Command.run("bash -c 'exec 3<>/dev/tcp/127.0.0.1/\(port); cat <&3'")
        return try JSON(parsing: result.output)
    }

    private let message: JSON = [
        "to": ["Ada <ada@example.com>"], "subject": "Grüße", "text": "Dear ${name}", "values": ["name": "Ada"],
    ]

    @Test func `a message arrives whole`() async throws {
        defer { server.stop() }
        let sent = try await email().call(
            "send_email",
            [
                "to": ["Ada <ada@example.com>"], "cc": ["grace@example.com"], "bcc": ["hidden@example.com"],
                "subject": "The report", "text": ".\r\nlines that begin with a dot\r\n.",
                "html": "<p>See the file.</p>",
                "attachments": [["filename": "report.csv", "content": "aWQsbmFtZQo=", "content_type": "text/csv"]],
                "headers": ["X-Workflow": "wf_1"],
            ])
        #expect(sent == ["message_id": "<step-7f3a@acme.example>", "recipients": 3])
        let mail = try taken()
        #expect(mail[0]?["from"] == "orders@acme.example")
        #expect(mail[0]?["to"] == ["ada@example.com", "grace@example.com", "hidden@example.com"])
        let data = mail[0]?["data"]?.string ?? ""
        for part in ["X-Workflow: wf_1", "aWQsbmFtZQo=", "Cc: grace@example.com", "Subject: The report"] {
            #expect(data.contains(part), "\(part)")
        }
        #expect(!data.contains("hidden@example.com"))
    }

    @Test func `who has an account signs in`() async throws {
        defer { server.stop() }
        _ = try await email(credential: .basic("ada", "s3cret-pass")).call("send_email", message)
        #expect(try taken()[0]?["user"] == "ada")
        let wrong = try await email(credential: .basic("ada", "wr0ng-pass")).failure("send_email", message)
        #expect(wrong?.code == .authDenied)
        #expect(wrong?.effect == OperationFailure.Effect.none)
        #expect(wrong?.message.contains("wr0ng-pass") == false)
    }

    @Test func `a certificate that nobody vouches for is refused, and so is a server without one`() async throws {
        defer { server.stop() }
        let unknown = try await email("tls", security: "starttls", credential: .basic("ada", "s3cret-pass"))
            .failure("send_email", message)
        #expect(unknown?.code == .config)
        // Not that there are no authorities to ask: those of the machine are there, in a runner, too.
        #expect(unknown?.message.contains("peer certificate") == true, "\(unknown?.message ?? "")")
        #expect(unknown?.effect == OperationFailure.Effect.none)
        let open = try await email(security: "starttls").failure("send_email", message)
        #expect(open?.code == .config)
        #expect(try taken() == [])
    }

    @Test func `a refused recipient is the input's fault, a busy one is not`() async throws {
        defer { server.stop() }
        let refused = try await email().failure("send_email", message.changing("to", to: ["refused@example.com"]))
        #expect(refused?.code == .invalidInput)
        #expect(refused?.vendorCode == "550")
        #expect(refused?.effect == OperationFailure.Effect.none)
        let busy = try await email().failure("send_email", message.changing("to", to: ["busy@example.com"]))
        #expect(busy?.code == .unavailable)
        #expect(busy?.isRetryable == true)
        #expect(try taken() == [])
    }

    @Test func `what cannot be a message is refused before anything is sent`() async throws {
        defer { server.stop() }
        let email = try await email()
        #expect(await email.failure("send_email", ["subject": "s", "text": "t"])?.pointer == "/to")
        #expect(await email.failure("send_email", ["to": ["a@b.example"], "subject": "s"])?.pointer == "/text")
        let injected = message.changing("subject", to: "Hi\r\nBcc: x@y.example")
        #expect(await email.failure("send_email", injected)?.pointer == "/subject")
        #expect(try taken() == [])
    }

    @Test func `a server that says nothing is given up at the deadline`() async throws {
        defer { server.stop() }
        let silent = RecordingServer(on: TestPorts.range) { _ in .silence }
        defer { silent.stop() }
        let email = try await ConnectorBench.shared.value.caller(
            "email",
            settings: [
                "host": "127.0.0.1", "port": .int(Int64(silent.port)), "security": "none", "from": "a@b.example",
            ])
        let failure = await email.failure("send_email", message, within: 3_000)
        #expect(failure?.code == .timeout)
        #expect(failure?.effect == OperationFailure.Effect.none)
    }
}
