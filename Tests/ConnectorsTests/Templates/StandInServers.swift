import PatchbayJSON
import ServerFixture
import Testing

/// What templates reach by other protocols than plain HTTP: real servers of mail, of a database and of Amazon's services.
final class StandInServers: Sendable {
    let smtp: ServerProcess
    let imap: ServerProcess
    let postgres: ServerProcess
    let amazon: ServerProcess

    init() throws {
        smtp = try ServerProcess(script: "smtp.py")
        imap = try ServerProcess(script: "imap.py")
        postgres = try ServerProcess(script: "postgresql.py")
        amazon = try ServerProcess(script: "amazon.py")
    }

    func stop() { for server in [smtp, imap, postgres, amazon] { server.stop() } }

    // MARK: Mail

    /// To whom, and with which subject: what SMTP took, oldest first.
    func letters() throws -> [String] {
        let taken = try Self.answer(of: smtp.ready["taken"], to: nil)
        return (taken.array ?? []).map { letter in
            let lines = (letter["data"]?.string ?? "").unicodeScalars.split { $0 == "\n" || $0 == "\r" }.map(
                String.init)
            let subject = lines.first { $0.hasPrefix("Subject: ") }?.dropFirst(9) ?? "no subject"
            return "\(letter["to"]?[0]?.string ?? ""): \(subject)"
        }
    }

    /// Puts a message into the mailbox that is watched.
    func deliver(from sender: String, subject: String, text: String, isAutomatic: Bool) throws {
        let mark = isAutomatic ? "Auto-Submitted: auto-replied\n" : ""
        let message =
            "From: <\(sender)>\nTo: <ada@example.com>\nMessage-ID: <\(subject)@example.com>\n\(mark)"
        let answer = try Self.answer(
            of: imap.ready["control"],
            to: ["do": "deliver", "mailbox": "INBOX", "message": .string("\(message)Subject: \(subject)\n\n\(text)\n")])
        try #require(answer["ok"] == true, "\(answer.text)")
    }

    /// What a server of the loopback says to a line of JSON, until it hangs up.
    private static func answer(of port: JSON?, to line: JSON?) throws -> JSON {
        let file = TemporaryFolder.make() + "/asked.json"
        TemporaryFolder.write(line.map { $0.text + "\n" } ?? "", to: file)
        let connect = "exec 3<>/dev/tcp/127.0.0.1/\(port?.int ?? 0); cat \(file) >&3; cat <&3"
        return try JSON(parsing: Command.run("timeout 30 bash -c '\(connect)'").output)
    }

    // MARK: Database

    var postgresSettings: JSON { ["host": "127.0.0.1", "port": postgres.ready["port"] ?? .null] }

    func execute(_ statement: String) async throws {
        _ = try await database().call("execute", ["sql": .string(statement)])
    }

    func rows(_ query: String) async throws -> [JSON] {
        try await database().call("query", ["sql": .string(query)])["rows"]?.array ?? []
    }

    private func database() async throws -> Caller {
        try await ConnectorBench.shared.value.caller(
            "postgresql", settings: postgresSettings, credential: .basic("ada", "s3cret-pass"))
    }

    // MARK: Amazon

    var amazonSettings: JSON { ["region": "eu-central-1", "endpoint": amazon.ready["endpoint"] ?? .null] }

    func put(_ text: String, as key: String, into bucket: String) async throws {
        _ = try await amazon("aws-s3").call(
            "put_object", ["bucket": .string(bucket), "key": .string(key), "text": .string(text)])
    }

    /// What lies in the queue; it is taken out.
    func queued() async throws -> [JSON] {
        let queue = amazon.ready["queue"] ?? .null
        let caller = try await amazon("aws-sqs")
        let messages = try await caller.call("receive_messages", ["queue_url": queue])["messages"]?.array ?? []
        for message in messages {
            // Else it comes again after a while.
            _ = try await caller.call(
                "delete_message", ["queue_url": queue, "receipt_handle": message["receipt_handle"] ?? .null])
        }
        return messages.compactMap { $0["body"] }
    }

    private func amazon(_ id: String) async throws -> Caller {
        try await ConnectorBench.shared.value.caller(
            id, settings: amazonSettings, credential: .basic("AKIDEXAMPLE", "s3cret-key"))
    }
}
