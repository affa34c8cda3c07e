import ConnectorReplay
import PatchbayCore
import PatchbayJSON
package import PatchbayOutbound

/// Runs a connector's recordings through the real host, in place of a vendor's server: the same rules, the same border.
package struct RecordedTests: Sendable {
    package let connector: LocalConnector
    /// Folder of `*.json`.
    package let folder: String
    /// Says what would not be sent; makes the requests when a recording is made anew.
    package let client: any RequestSender

    package init(_ connector: LocalConnector, folder: String, client: any RequestSender) {
        self.connector = connector
        self.folder = folder
        self.client = client
    }

    package struct Result: Sendable, Equatable {
        /// The recording's file, without folder.
        package var name: String
        /// Empty when it passed.
        package var problems: [String]
        package var hasPassed: Bool { problems.isEmpty }
    }

    /// The recordings' files; empty when there are none.
    package var names: [String] { AuthoringFiles.names(in: folder).filter { $0.hasSuffix(".json") } }

    package func run(_ name: String) async -> Result {
        do {
            return Result(name: name, problems: try await check(try read(name)))
        } catch {
            return Result(name: name, problems: ["\(error)"])
        }
    }

    /// Makes a recording anew from a live server: the requests with their answers, and the output or error.
    package func record(_ name: String, with credential: GivenCredential?) async throws {
        var recording = try read(name)
        let declaration = try connector.declaration(of: recording.operation)
        let redaction = credential.map { Redaction(Array($0.fields.values)) }
        let sender = RecordingSender(client, slot: declaration.credential?.name ?? "", masking: redaction)
        let surroundings = LocalConnector.Surroundings(
            settings: recording.settings, credential: credential, sender: sender)
        do {
            let result = try await connector.call(recording.operation, recording.input, in: surroundings)
            recording.expectation = .output(result.output)
        } catch let failure as OperationFailure {
            recording.expectation = .error(JSONMembers(failure.recorded))
        }
        recording.exchanges = sender.exchanges
        let text = recording.json.prettyText + "\n"
        try AuthoringFiles.write(Array(text.utf8), to: folder + "/" + name)
    }

    private func read(_ name: String) throws -> Recording {
        do {
            return try Recording(parsing: try AuthoringFiles.read(folder + "/" + name))
        } catch let error as RecordingError {
            throw AuthoringError("\(name): \(error.description)")
        }
    }

    private func check(_ recording: Recording) async throws -> [String] {
        let sender = ReplayingSender(recording.exchanges, rules: client)
        let usesCredential = try connector.declaration(of: recording.operation).credential
        let surroundings = LocalConnector.Surroundings(
            settings: recording.settings, credential: try usesCredential.flatMap(Self.stand), sender: sender)
        var problems: [String] = []
        do {
            let output = try await connector.call(recording.operation, recording.input, in: surroundings).output
            switch recording.expectation {
            case .output(let expected) where expected != output:
                problems.append("the output is \(output.text)\n    expected is \(expected.text)")
            case .error(let expected):
                problems.append("it gave \(output.text), expected is the error \(JSON.object(expected.members).text)")
            default: break
            }
            problems += try connector.problems(of: output, from: recording.operation).map {
                "the output breaks its own schema at \($0)"
            }
        } catch let failure as OperationFailure {
            problems += Self.problems(of: failure, against: recording.expectation)
        }
        problems += sender.replay.misses
        problems += sender.replay.unused.map { "\($0.request.method) \($0.request.url) is recorded and was not sent" }
        return problems
    }

    private static func problems(of failure: OperationFailure, against expectation: Recording.Expectation) -> [String] {
        guard case .error(let expected) = expectation else { return ["it failed: \(failure.explained)"] }
        let given = failure.recorded
        return expected.members.compactMap { member in
            given[member.name] == member.value
                ? nil
                : "the error's `\(member.name)` is \(given[member.name]?.text ?? "absent"), expected is "
                    + member.value.text
        }
    }

    /// A credential that fits the slot and opens nothing: recordings answer whoever asks.
    private static func stand(for slot: CredentialSlot) throws -> GivenCredential? {
        guard let kind = slot.kinds.first else { return nil }
        var json: JSONObject = ["kind": .string(kind.rawValue)]
        for field in kind.usedFields { json[field] = "recorded" }
        return try GivenCredential(.object(json))
    }
}

extension OperationFailure {
    /// The members that recordings keep of an error.
    fileprivate var recorded: JSONObject {
        var members: JSONObject = [
            "code": .string(code.rawValue), "message": .string(message), "effect": .string(effect.rawValue),
            "retryable": .bool(isRetryable),
        ]
        members["http_status"] = httpStatus.map { .int(Int64($0)) }
        members["vendor_code"] = vendorCode.map(JSON.string)
        members["retry_after_ms"] = retryAfter.map(JSON.int)
        members["pointer"] = pointer.map(JSON.string)
        return members
    }
}
