import CLibPQ

/// The rows a statement gave.
package struct PostgresRows: Sendable, RandomAccessCollection {
    private let handle: ResultHandle

    init(_ handle: ResultHandle) { self.handle = handle }

    package var startIndex: Int { 0 }
    package var endIndex: Int { handle.count }

    package subscript(position: Int) -> PostgresRow {
        precondition(indices.contains(position), "there is no such row")
        return PostgresRow(handle: handle, index: Int32(position))
    }

    /// How many rows an `insert`, `update` or `delete` touched; for other statements the number of rows.
    package var affected: Int {
        PQcmdTuples(handle.raw).flatMap { Int(String(cString: $0)) } ?? handle.count
    }

    /// The command's name and counts, as the server calls them (`COMMIT`, `INSERT 0 1`).
    package var tag: String { PQcmdStatus(handle.raw).map { String(cString: $0) } ?? "" }

    /// The only row; an error when there is none or more than one.
    package func one() throws(PostgresError) -> PostgresRow {
        guard count == 1 else { throw PostgresError(.server, "one row was expected, the statement gave \(count)") }
        return self[0]
    }
}

/// One row, whose columns are read by name. Each reader throws `unknown-column`, `wrong-type` or `unexpected-null`.
package struct PostgresRow: Sendable {
    let handle: ResultHandle
    let index: Int32

    package func isNull(_ column: String) throws(PostgresError) -> Bool {
        PQgetisnull(handle.raw, index, try number(of: column)) == 1
    }

    package func bool(_ column: String) throws(PostgresError) -> Bool {
        try read(column, "bool", [ColumnType.bool]) { _, bytes in bytes[0] != 0 }
    }

    /// From `smallint`, `integer` or `bigint`.
    package func int(_ column: String) throws(PostgresError) -> Int64 {
        try read(column, "int", [ColumnType.int2, ColumnType.int4, ColumnType.int8]) { type, bytes in
            switch type {
            case ColumnType.int2: Int64(bytes.bigEndian(Int16.self, at: 0))
            case ColumnType.int4: Int64(bytes.bigEndian(Int32.self, at: 0))
            default: bytes.bigEndian(Int64.self, at: 0)
            }
        }
    }

    package func text(_ column: String) throws(PostgresError) -> String {
        try read(
            column, "text",
            [ColumnType.text, ColumnType.varchar, ColumnType.name, ColumnType.bpchar, ColumnType.unknown]
        ) { _, bytes in String(decoding: bytes, as: UTF8.self) }
    }

    package func bytes(_ column: String) throws(PostgresError) -> [UInt8] {
        try read(column, "bytea", [ColumnType.bytea]) { _, bytes in Array(bytes) }
    }

    /// The two halves of a UUID, most significant first.
    package func uuid(_ column: String) throws(PostgresError) -> (high: UInt64, low: UInt64) {
        try read(column, "uuid", [ColumnType.uuid]) { _, bytes in
            (bytes.bigEndian(UInt64.self, at: 0), bytes.bigEndian(UInt64.self, at: 8))
        }
    }

    /// Milliseconds since 1970-01-01T00:00:00Z, rounded down, of a `timestamptz`.
    package func timestamp(_ column: String) throws(PostgresError) -> Int64 {
        try read(column, "timestamptz", [ColumnType.timestamptz]) { _, bytes in
            let micros = bytes.bigEndian(Int64.self, at: 0)
            // `infinity` stays the last moment instead of overflowing; microseconds / 1000 always leave room.
            return (micros >= 0 ? micros / 1_000 : (micros - 999) / 1_000) + postgresEpoch
        }
    }

    /// The JSON text in UTF-8 of a `json` or `jsonb`.
    package func json(_ column: String) throws(PostgresError) -> [UInt8] {
        try read(column, "json", [ColumnType.json, ColumnType.jsonb]) { type, bytes in
            // `jsonb_send` puts a version byte in front.
            Array(type == ColumnType.jsonb ? bytes.dropFirst() : bytes[...])
        }
    }

    /// Reads a column that may be null: `try row.present("finished_at", row.timestamp)`.
    package func present<Value>(
        _ column: String, _ read: (String) throws(PostgresError) -> Value
    ) throws(PostgresError) -> Value? {
        try isNull(column) ? nil : try read(column)
    }

    private func number(of column: String) throws(PostgresError) -> Int32 {
        guard let number = handle.columns[column] else {
            throw PostgresError(
                .unknownColumn,
                "there is no column \(column); there are: \(handle.columns.keys.sorted().joined(separator: ", "))")
        }
        return number
    }

    private func read<Value>(
        _ column: String, _ wanted: String, _ types: [UInt32],
        _ decode: (UInt32, UnsafeRawBufferPointer) -> Value
    ) throws(PostgresError) -> Value {
        let number = try number(of: column)
        let type = PQftype(handle.raw, number)
        guard types.contains(type) else {
            throw PostgresError(.wrongType, "column \(column) has the type with oid \(type), \(wanted) was asked for")
        }
        guard PQgetisnull(handle.raw, index, number) == 0, let start = PQgetvalue(handle.raw, index, number) else {
            throw PostgresError(.unexpectedNull, "column \(column) is null, \(wanted) was asked for")
        }
        let length = Int(PQgetlength(handle.raw, index, number))
        return decode(type, UnsafeRawBufferPointer(start: start, count: length))
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func bigEndian<Number: FixedWidthInteger>(_: Number.Type, at offset: Int) -> Number {
        Number(bigEndian: loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
}
