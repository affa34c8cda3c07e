import DatabaseFixture
import PatchbayPostgres
import Testing

extension DatabaseSuites {
    @Suite struct QueryTests {
        @Test func `every type comes back as it was sent`() async throws {
            try await withDatabase { target in
                let connection = try await PostgresConnection.connect(to: target)
                let row = try await connection.query(
                    """
                    select $1::bool as flag, $2::bigint as whole, $3::text as words, $4::bytea as bytes, $5::uuid as id,
                        $6::timestamptz as moment, $7::json as document, $2::bigint::text as written,
                        ($6::timestamptz at time zone 'UTC')::text as moment_written, $5::uuid::text as id_written
                    """,
                    [
                        .bool(true), .int(.min), .text("Zoë 🐘 ''; drop"), .bytes([0, 1, 255]),
                        .uuid(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0001), .timestamp(1_700_000_000_123),
                        .json(Array(#"{"b": 1, "a": 9223372036854775807, "z": "\u0000"}"#.utf8)),
                    ]
                ).one()
                #expect(try row.bool("flag"))
                #expect(try row.int("whole") == .min)
                #expect(try row.text("written") == "-9223372036854775808")
                #expect(try row.text("words") == "Zoë 🐘 ''; drop")
                #expect(try row.bytes("bytes") == [0, 1, 255])
                #expect(try row.uuid("id") == (0x0190_0000_0000_7000, 0x8000_0000_0000_0001))
                #expect(try row.text("id_written") == "01900000-0000-7000-8000-000000000001")
                #expect(try row.timestamp("moment") == 1_700_000_000_123)
                #expect(try row.text("moment_written") == "2023-11-14 22:13:20.123")
                #expect(
                    try String(decoding: row.json("document"), as: UTF8.self)
                        == #"{"b": 1, "a": 9223372036854775807, "z": "\u0000"}"#)
            }
        }

        @Test func `moments before 1970 and before 2000 keep their milliseconds`() async throws {
            try await withDatabase { target in
                let connection = try await PostgresConnection.connect(to: target)
                for moment: Int64 in [-1, -62_135_596_800_000, 946_684_799_999, 0] {
                    let row = try await connection.query("select $1::timestamptz as moment", [.timestamp(moment)]).one()
                    #expect(try row.timestamp("moment") == moment)
                }
            }
        }

        @Test func `arrays travel to unnest with their nulls`() async throws {
            try await withDatabase { target in
                let connection = try await PostgresConnection.connect(to: target)
                let rows = try await connection.query(
                    """
                    select * from unnest($1::bigint[], $2::text[], $3::json[], $4::uuid[], $5::bool[], $6::bytea[],
                        $7::timestamptz[]) as t(a, b, c, d, e, f, g)
                    """,
                    [
                        .array(.int, [.int(1), .int(-2)]), .array(.text, [.text(""), .null]),
                        .array(.json, [.json(Array("[1]".utf8)), .null]),
                        .array(.uuid, [.uuid(high: 1, low: 2), .uuid(high: 3, low: 4)]),
                        .array(.bool, [.bool(false), .bool(true)]), .array(.bytes, [.bytes([]), .bytes([7])]),
                        .array(.timestamp, [.timestamp(5), .null]),
                    ])
                #expect(rows.count == 2)
                #expect(try rows[1].int("a") == -2)
                #expect(try rows[0].text("b") == "")
                #expect(try rows[1].isNull("b"))
                #expect(try rows[0].json("c") == Array("[1]".utf8))
                #expect(try rows[1].uuid("d") == (3, 4))
                #expect(try rows[1].bool("e"))
                #expect(try rows[0].bytes("f") == [])
                #expect(try rows[1].present("g", rows[1].timestamp) == nil)
                let none = try await connection.query("select * from unnest($1::text[]) as t(a)", [.array(.text, [])])
                #expect(none.isEmpty)
            }
        }

        @Test func `smaller integers, names and jsonb are read too`() async throws {
            try await withDatabase { target in
                let connection = try await PostgresConnection.connect(to: target)
                let row = try await connection.query(
                    """
                    select 7::int2 as small, -8::int4 as middle, 'x'::varchar as word, current_database() as name,
                        '{"a":1}'::jsonb as binary, null::text as nothing, $1 as given
                    """, [.null]
                ).one()
                #expect(try row.int("small") == 7)
                #expect(try row.int("middle") == -8)
                #expect(try row.text("word") == "x")
                #expect(try row.text("name").hasPrefix("test_"))
                #expect(try row.json("binary") == Array(#"{"a": 1}"#.utf8))
                #expect(try row.isNull("given"))
            }
        }

        @Test func `reading a column wrongly says what is there`() async throws {
            try await withDatabase { target in
                let connection = try await PostgresConnection.connect(to: target)
                let row = try await connection.query("select 1::bigint as a, null::bigint as b").one()
                let unknown = #expect(throws: PostgresError.self) { try row.int("c") }
                #expect(unknown?.code == .unknownColumn)
                #expect(unknown?.context == "there is no column c; there are: a, b")
                #expect(#expect(throws: PostgresError.self) { try row.text("a") }?.code == .wrongType)
                #expect(#expect(throws: PostgresError.self) { try row.int("b") }?.code == .unexpectedNull)
                let two = try await connection.query("select generate_series(1, 2) as n")
                #expect(throws: PostgresError.self) { try two.one() }
            }
        }

        @Test func `a large value passes in both directions`() async throws {
            try await withDatabase { target in
                let connection = try await PostgresConnection.connect(to: target)
                let bytes = [UInt8](repeating: 0xA5, count: 8 << 20)
                let row = try await connection.query("select $1::bytea as bytes", [.bytes(bytes)]).one()
                #expect(try row.bytes("bytes") == bytes)
            }
        }

        @Test func `a pipeline is one transaction`() async throws {
            try await withDatabase { target in
                let connection = try await PostgresConnection.connect(to: target)
                try await connection.execute("create table t (n bigint primary key)")
                let results = try await connection.pipeline([
                    PostgresStatement("insert into t values ($1)", [.int(1)]),
                    PostgresStatement(
                        "insert into t select * from unnest($1::bigint[])", [.array(.int, [.int(2), .int(3)])]),
                    PostgresStatement("select count(*) as n from t"),
                ])
                #expect(results.map(\.affected) == [1, 2, 1])
                #expect(try results[2].one().int("n") == 3)

                let error = await #expect(throws: PostgresError.self) {
                    try await connection.pipeline([
                        PostgresStatement("insert into t values (4)"), PostgresStatement("insert into t values (1)"),
                        PostgresStatement("insert into t values (5)"),
                    ])
                }
                #expect(error?.code == .uniqueViolation)
                #expect(connection.isReusable)
                #expect(try await connection.query("select count(*) as n from t").one().int("n") == 3)
                #expect(try await connection.pipeline([]).isEmpty)
            }
        }
    }
}
