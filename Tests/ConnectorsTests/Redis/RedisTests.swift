import PatchbayCore
import PatchbayJSON
import ServerFixture
import Testing

/// Against a real server.
@Suite(.timeLimit(.minutes(5)))
struct RedisTests {
    /// One for all tests, which have keys of their own; it ends with the process.
    private static let server = Result { try ServerProcess(script: "redis.py") }

    private func redis(
        _ credential: Given.Credential? = .basic("default", "default-pass"), settings: JSONObject = [:]
    ) async throws -> Caller {
        var all: JSONObject = ["host": "127.0.0.1", "port": try Self.server.get().ready["port"] ?? nil]
        for member in settings { all[member.name] = member.value }
        return try await ConnectorBench.shared.value.caller("redis", settings: .object(all), credential: credential)
    }

    @Test func `values are set, read, counted and deleted`() async throws {
        let redis = try await redis()
        #expect(try await redis.call("set", ["key": "a", "value": ["n": 1, "s": "ü"]]) == ["written": true])
        let json = try await redis.call("get", ["key": "a", "format": "json"])
        #expect(json == ["value": ["n": 1, "s": "ü"], "exists": true])
        let again = try await redis.call(
            "set", ["key": "a", "value": "text", "only_if": "absent", "expire_seconds": 1000])
        #expect(again == ["written": false])
        _ = try await redis.call(
            "set", ["key": "a", "value": "line\r\nbreak", "only_if": "present", "expire_seconds": 1000])
        let text = try await redis.call("get", ["key": "a"])
        #expect(text["value"] == "line\r\nbreak")
        #expect((text["expires_in_ms"]?.int ?? 0) > 900_000)
        #expect(try await redis.call("get", ["key": "none"]) == ["value": nil, "exists": false])
        #expect(try await redis.call("increment", ["key": "n", "by": 5, "expire_seconds": 60]) == ["value": 5])
        #expect(try await redis.call("increment", ["key": "n", "by": -7]) == ["value": -2])
        #expect(try await redis.call("delete", ["keys": ["a", "n", "none"]]) == ["deleted": 2])
    }

    @Test func `lists and hashes are written and read`() async throws {
        let redis = try await redis()
        #expect(try await redis.call("list_push", ["key": "l", "values": ["a", ["b": 1], "c"]]) == ["length": 3])
        #expect(try await redis.call("list_push", ["key": "l", "values": ["z"], "end": "head"]) == ["length": 4])
        let range = try await redis.call("list_range", ["key": "l", "start": 1, "stop": 2])
        #expect(range == ["values": ["a", "{\"b\":1}"], "length": 4])
        let popped = try await redis.call("list_pop", ["key": "l", "limit": 3, "format": "json"])
        #expect(popped == ["values": ["z", "a", ["b": 1]]])
        #expect(try await redis.call("list_pop", ["key": "none", "limit": 3]) == ["values": []])
        #expect(try await redis.call("hash_set", ["key": "h", "values": ["name": "Ada", "age": 36]]) == ["added": 2])
        let fields = try await redis.call("hash_get", ["key": "h", "fields": ["age", "none"], "format": "json"])
        #expect(fields == ["values": ["age": 36, "none": nil], "exists": true])
        #expect(try await redis.call("hash_delete", ["key": "h", "fields": ["age"]]) == ["deleted": 1])
        #expect(try await redis.call("hash_get", ["key": "h"]) == ["values": ["name": "Ada"], "exists": true])
        #expect(try await redis.call("hash_get", ["key": "none"]) == ["values": [:], "exists": false])
        #expect(try await redis.call("publish", ["channel": "c", "message": ["x": 1]]) == ["receivers": 0])
    }

    @Test func `a stream tells what is new since the cursor`() async throws {
        let redis = try await redis()
        let old = try await redis.call("stream_add", ["key": "s", "fields": ["kind": "old"]])
        let first = try await redis.call("new_stream_entries", ["key": "s"])
        #expect(first == ["events": [], "cursor": old["id"] ?? nil])
        let new = try await redis.call(
            "stream_add", ["key": "s", "fields": ["kind": "new", "n": 2], "max_length": 100])
        let second = try await redis.call("new_stream_entries", ["key": "s", "cursor": first["cursor"] ?? nil])
        #expect(second["events"] == [["id": new["id"] ?? nil, "fields": ["kind": "new", "n": "2"]]])
        let third = try await redis.call("new_stream_entries", ["key": "s", "cursor": second["cursor"] ?? nil])
        #expect(third == ["events": [], "cursor": new["id"] ?? nil])
        let all = try await redis.call("new_stream_entries", ["key": "s", "from": "oldest", "limit": 1])
        #expect(all["events"]?.array?.count == 1)
        #expect(all["events"]?[0]?["id"] == old["id"])
        let empty = try await redis.call("new_stream_entries", ["key": "nothing"])
        #expect(empty == ["events": [], "cursor": "0"])
    }

    @Test func `a poll waits for the first entry`() async throws {
        let redis = try await redis()
        async let polled = redis.call("new_stream_entries", ["key": "w", "from": "oldest", "wait_ms": 10_000])
        let added = try await redis.call("stream_add", ["key": "w", "fields": ["a": "b"]])
        #expect(try await polled["events"]?[0]?["id"] == added["id"])
    }

    @Test func `who may not is told so, and no password is seen`() async throws {
        let wrong = try await redis(.basic("default", "wr0ng-pass")).failure("get", ["key": "a"])
        #expect(wrong?.code == .authDenied)
        #expect(wrong?.effect == OperationFailure.Effect.none)
        #expect(wrong?.message.contains("wr0ng-pass") == false)
        let nobody = try await redis(nil).failure("set", ["key": "a", "value": "x"])
        #expect(nobody?.code == .authDenied)
        let user = try await redis(.basic("app", "app-pass"))
        #expect(try await user.call("set", ["key": "app:1", "value": "x"]) == ["written": true])
        #expect(await user.failure("get", ["key": "other"])?.vendorCode == "NOPERM")
        let echo = try await redis().call("set", ["key": "p", "value": "default-pass"])
        #expect(echo == ["written": true])
        #expect(try await redis().call("get", ["key": "p"])["value"]?.string?.contains("default-pass") == false)
    }

    @Test func `a value of another kind is a conflict`() async throws {
        let redis = try await redis()
        _ = try await redis.call("set", ["key": "t", "value": "x"])
        #expect(await redis.failure("list_push", ["key": "t", "values": ["x"]])?.vendorCode == "WRONGTYPE")
        #expect(await redis.failure("increment", ["key": "t"])?.code == .conflict)
        #expect(await redis.failure("get", ["key": "t", "format": "json"])?.code == .upstream)
    }

    @Test func `a server that is not there, or may not be, is told`() async throws {
        let closed = try await redis(settings: ["port": .int(Int64(RecordingServer.closedPort))])
            .failure("set", ["key": "a", "value": "x"])
        #expect(closed?.code == .unavailable)
        #expect(closed?.effect == OperationFailure.Effect.none)
        let refused = try await redis(settings: ["host": "10.1.2.3"]).failure("get", ["key": "a"])
        #expect(refused?.code == .config)
        let unknown = try await redis(settings: ["host": "no-such-host.invalid"]).failure("get", ["key": "a"])
        #expect(unknown?.code == .unavailable)
    }

    @Test func `a server that says nothing is given up at the deadline`() async throws {
        let silent = RecordingServer(on: TestPorts.range) { _ in .silence }
        defer { silent.stop() }
        let failure = try await redis(settings: ["port": .int(Int64(silent.port))])
            .failure("set", ["key": "a", "value": "x"], within: 3_000)
        #expect(failure?.code == .timeout)
    }
}
