import CLibPQ
import PatchbayJSON

/// The rows of a result, as objects by the columns' names.
struct Rows {
    private(set) var columns: [String] = []
    private(set) var rows: [JSON] = []
    /// Whether there were more than the limit, or more bytes than fit an output.
    private(set) var isTruncated = false
    /// How many rows the statement has changed, or found.
    private(set) var affected = 0
    /// `INSERT 0 1`
    private(set) var command = ""
    private var types: [Oid] = []
    private var bytes = 0

    enum Room { case left, full }

    /// Bytes of all values, below what an output may have.
    private static let largest = 16 << 20

    /// Adds the rows of a result: one, or none behind the last.
    mutating func add(_ result: OpaquePointer, limit: Int) -> Room {
        if columns.isEmpty { readColumns(result) }
        if PQresultStatus(result) == PGRES_TUPLES_OK { finish(result) }
        for row in 0..<PQntuples(result) {
            guard rows.count < limit, bytes < Self.largest else {
                let wasTruncated = isTruncated
                isTruncated = true
                return wasTruncated ? .left : .full
            }
            var object = JSONObject(minimumCapacity: columns.count)
            for (column, name) in columns.enumerated() { object[name] = value(result, row, Int32(column)) }
            rows.append(.object(object))
        }
        return .left
    }

    mutating func finish(_ result: OpaquePointer) {
        command = String(cString: PQcmdStatus(result))
        affected = Int(String(cString: PQcmdTuples(result))) ?? 0
    }

    /// Names are made different by a number, so that no column is lost.
    private mutating func readColumns(_ result: OpaquePointer) {
        for column in 0..<PQnfields(result) {
            let name = String(cString: PQfname(result, column))
            var unique = name
            var number = 2
            while columns.contains(unique) {
                unique = "\(name)_\(number)"
                number += 1
            }
            columns.append(unique)
            types.append(PQftype(result, column))
        }
    }

    private mutating func value(_ result: OpaquePointer, _ row: Int32, _ column: Int32) -> JSON {
        guard PQgetisnull(result, row, column) == 0, let raw = PQgetvalue(result, row, column) else { return .null }
        let text = String(cString: raw)
        bytes += text.utf8.count
        return ColumnType(types[Int(column)]).value(of: text)
    }
}
