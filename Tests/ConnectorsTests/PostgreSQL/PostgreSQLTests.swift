import PatchbayCore
import PatchbayJSON
import ServerFixture
import Testing

/// Against a real server; one for the whole suite, since it takes seconds to make.
@Suite(.timeLimit(.minutes(5)), .serialized)
struct PostgreSQLTests {
    private static let server = Result { try ServerProcess(script: "postgresql.py") }

    private func database(
        _ password: String = "s3cret-pass", settings: JSONObject = [:]
    ) async throws -> Caller {
        var all: JSONObject = ["host": "127.0.0.1", "port": try Self.server.get().ready["port"] ?? nil]
        for member in settings { all[member.name] = member.value }
        return try await ConnectorBench.shared.value.caller(
            "postgresql", settings: .object(all), credential: .basic("ada", password))
    }

    private func make(_ table: String, _ columns: String) async throws -> Caller {
        let database = try await database()
        _ = try await database.call("execute", ["sql": .string("drop table if exists \(table)")])
        _ = try await database.call("execute", ["sql": .string("create table \(table) (\(columns))")])
        return database
    }

    @Test func `rows come with their types`() async throws {
        let output = try await database().call(
            "query",
            [
                "sql": """
                select 1 as one, 2.5::numeric as n, 1e30::numeric as big, true as yes, null::int as none, 'ü'::text as t, \
                '{"a":[1]}'::jsonb as j, array[1,2] as list, '\\x00ff'::bytea as b, \
                timestamptz '2026-11-21 19:00+01' as at, 1 as one, interval '1 day 2 hours' as span
                """
            ])
        #expect(
            output["rows"]?[0] == [
                "one": 1, "n": 2.5, "big": "1000000000000000000000000000000", "yes": true, "none": nil, "t": "ü",
                "j": ["a": [1]], "list": [1, 2], "b": "AP8=", "at": "2026-11-21T18:00:00Z", "one_2": 1,
                "span": "P1DT2H",
            ])
        #expect(output["columns"]?[10] == "one_2")
        #expect(output["truncated"] == false)
    }

    @Test func `parameters are values, whatever they hold`() async throws {
        let output = try await database().call(
            "query",
            [
                "sql": "select $1::text as t, $2::int + 1 as n, $3::bool as b, $4::text as none, $5::jsonb as j",
                "parameters": ["'; drop table x; --", 41, true, nil, ["a": ["b"]]],
            ])
        #expect(
            output["rows"]?[0] == ["t": "'; drop table x; --", "n": 42, "b": true, "none": nil, "j": ["a": ["b"]]])
    }

    @Test func `a large result is cut at the limit`() async throws {
        // In the target list the server makes rows as they are asked for, in `from` all of them at first.
        let output = try await database().call(
            "query", ["sql": "select generate_series(1, 100000000) as n", "limit": 3])
        #expect(output["rows"] == [["n": 1], ["n": 2], ["n": 3]])
        #expect(output["count"] == 3 && output["truncated"] == true)
        let exact = try await database().call("query", ["sql": "select n from generate_series(1, 3) as n", "limit": 3])
        #expect(exact["truncated"] == false)
    }

    @Test func `a query can only read, and is one statement`() async throws {
        let database = try await make("guarded", "id int")
        let write = await database.failure("query", ["sql": "insert into guarded values (1)"])
        #expect(write?.vendorCode == "25006")
        #expect(write?.pointer == "/sql")
        let two = await database.failure("query", ["sql": "commit; insert into guarded values (1)"])
        #expect(two?.vendorCode == "42601")
        let copy = await database.failure("execute", ["sql": "copy guarded to stdout"])
        #expect(copy?.pointer == "/sql")
        #expect(try await database.call("query", ["sql": "select * from guarded"])["count"] == 0)
    }

    @Test func `statements change rows and tell which`() async throws {
        let database = try await make("changed", "id int primary key, s text")
        let inserted = try await database.call(
            "execute", ["sql": "insert into changed select n, 'a' from generate_series(1, 3) n"])
        #expect(inserted == ["affected": 3, "rows": [], "command": "INSERT 0 3"])
        let updated = try await database.call(
            "execute", ["sql": "update changed set s = $1 where id > $2 returning id", "parameters": ["b", 1]])
        #expect(updated["affected"] == 2)
        #expect(updated["rows"] == [["id": 2], ["id": 3]])
        let twice = await database.failure("execute", ["sql": "insert into changed values (1, 'x')"])
        #expect(twice?.code == .conflict)
        #expect(twice?.vendorCode == "23505")
        #expect(twice?.effect == OperationFailure.Effect.none)
        let wrong = await database.failure(
            "execute", ["sql": "insert into changed values ($1, 'x')", "parameters": ["no number"]])
        #expect(wrong?.pointer == "/parameters")
        let syntax = await database.failure("execute", ["sql": "selec 1"])
        #expect(syntax?.pointer == "/sql")
        #expect(syntax?.detail["position"] == 1)
        let many = try await database.call(
            "execute", ["sql": "insert into changed select n, 'm' from generate_series(10, 20009) n returning id"])
        #expect(many["affected"] == 20_000)
        #expect(many["rows"]?.array?.count == 10_000)
        #expect(
            try await database.call("query", ["sql": "select count(*) as n from changed"])["rows"] == [["n": 20_003]])
    }

    @Test func `rows are inserted, left out or changed`() async throws {
        let database = try await make(
            "\"or\"\"ders\"", "id int primary key, \"the state\" text default 'new', lines jsonb, at timestamptz")
        let table: JSON = "or\"ders"
        let first = try await database.call(
            "insert",
            [
                "table": table, "returning": ["id", "the state"],
                "rows": [["id": 1, "lines": [["sku": "A"]], "at": "2026-11-21T18:00:00Z"], ["id": 2]],
            ])
        #expect(first == ["affected": 2, "rows": [["id": 1, "the state": "new"], ["id": 2, "the state": "new"]]])
        let again = await database.failure("insert", ["table": table, "rows": [["id": 3], ["id": 1]]])
        #expect(again?.code == .conflict)
        let ignored = try await database.call(
            "insert", ["table": table, "rows": [["id": 1], ["id": 3]], "on_conflict": "ignore"])
        #expect(ignored["affected"] == 1)
        let changed = try await database.call(
            "insert",
            [
                "table": table, "rows": [["id": 1, "the state": "paid"]], "on_conflict": "update", "key": ["id"],
                "schema": "public",
            ])
        #expect(changed["affected"] == 1)
        let read = try await database.call("query", ["sql": "select * from \"or\"\"ders\" order by id"])
        #expect(read["rows"]?[0]?["the state"] == "paid")
        #expect(read["rows"]?[0]?["lines"] == [["sku": "A"]])
        #expect(read["rows"]?[0]?["at"] == "2026-11-21T18:00:00Z")
        #expect(read["count"] == 3)
        let keyless = await database.failure("insert", ["table": table, "rows": [["id": 1]], "on_conflict": "update"])
        #expect(keyless?.pointer == "/key")
        let column = await database.failure("insert", ["table": table, "rows": [["none": 1]]])
        #expect(column?.vendorCode == "42703")
    }

    @Test func `new rows are told once, each`() async throws {
        let database = try await make("grown", "id bigint generated always as identity, s text")
        let empty = try await database.call("new_rows", ["table": "grown", "column": "id"])
        #expect(empty == ["events": [], "cursor": ["after": nil]])
        _ = try await database.call("insert", ["table": "grown", "rows": [["s": "a"], ["s": "b"], ["s": "c"]]])
        let first = try await database.call(
            "new_rows", ["table": "grown", "column": "id", "limit": 2, "cursor": empty["cursor"] ?? nil])
        #expect(first == ["events": [["id": 1, "s": "a"], ["id": 2, "s": "b"]], "cursor": ["after": "2"]])
        let second = try await database.call(
            "new_rows", ["table": "grown", "column": "id", "cursor": first["cursor"] ?? nil])
        #expect(second == ["events": [["id": 3, "s": "c"]], "cursor": ["after": "3"]])
        let later = try await database.call("new_rows", ["table": "grown", "column": "id"])
        #expect(later == ["events": [], "cursor": ["after": "3"]])
        let all = try await database.call("new_rows", ["table": "grown", "column": "id", "from": "oldest"])
        #expect(all["events"]?.array?.count == 3)
    }

    @Test func `who listens hears what is sent`() async throws {
        let database = try await database()
        async let heard = database.call("notifications", ["channel": "Orders 1", "wait_ms": 10_000])
        // Sent until somebody listens: PostgreSQL keeps nothing for later.
        let talking = Task {
            while !Task.isCancelled {
                _ = try await database.call(
                    "execute", ["sql": "select pg_notify('Orders 1', '{\"id\": 7}')"])
            }
        }
        let events = try await heard["events"]
        talking.cancel()
        #expect(events?[0]?["payload"] == ["id": 7])
        #expect(events?[0]?["channel"] == "Orders 1")
        let silence = try await database.call("notifications", ["channel": "silence", "wait_ms": 1])
        #expect(silence["events"] == [])
    }

    @Test func `a statement that takes too long is stopped on the server`() async throws {
        let database = try await database()
        let late = await database.failure("query", ["sql": "select pg_sleep(60) /* late one */"], within: 700)
        #expect(late?.code == .timeout)
        let calling = Task { try await database.call("query", ["sql": "select pg_sleep(60) /* cancelled one */"]) }
        let running: JSON = [
            "sql":
                "select count(*) as n from pg_stat_activity where state = 'active' and query like '%cancelled one%' and pid <> pg_backend_pid()"
        ]
        while try await database.call("query", running)["rows"]?[0]?["n"] != 1 {}
        calling.cancel()
        await #expect(throws: CancellationError.self) { try await calling.value }
        while try await database.call("query", running)["rows"]?[0]?["n"] != 0 {}
    }

    @Test func `a connection is protected as the setting says`() async throws {
        let protected: JSON = ["sql": "select ssl from pg_stat_ssl where pid = pg_backend_pid()"]
        for (tls, expected) in [("require", true), ("prefer", true), ("disable", false)] {
            let output = try await database(settings: ["tls": .string(tls)]).call("query", protected)
            #expect(output["rows"] == [["ssl": .bool(expected)]], "\(tls)")
        }
        for tls in ["verify-ca", "verify-full"] {
            let unknown = try await database(settings: ["tls": .string(tls), "host": "localhost"])
                .failure("query", protected)
            #expect(unknown?.code == .config)
            // Not that there are no authorities to ask: those of the machine are there, in a runner, too.
            #expect(unknown?.message.contains("certificate verify failed") == true, "\(unknown?.message ?? "")")
        }
    }

    @Test func `who may not is told so, and no password is seen`() async throws {
        let wrong = try await database("wr0ng-pass").failure("query", ["sql": "select 1"])
        #expect(wrong?.code == .authDenied)
        #expect(wrong?.message.contains("wr0ng-pass") == false)
        let missing = try await database(settings: ["database": "none"]).failure("query", ["sql": "select 1"])
        #expect(missing?.code == .config)
        let closed = try await database(settings: ["port": .int(Int64(RecordingServer.closedPort))])
            .failure("execute", ["sql": "select 1"])
        #expect(closed?.code == .unavailable)
        #expect(closed?.effect == OperationFailure.Effect.none)
        let refused = try await database(settings: ["host": "10.1.2.3"]).failure("query", ["sql": "select 1"])
        #expect(refused?.code == .config)
    }
}
