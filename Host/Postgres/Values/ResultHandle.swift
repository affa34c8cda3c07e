import CLibPQ

/// Owns a `PGresult`.
///
/// Unchecked because a `PGresult` is not written to after libpq handed it over, and reading one is safe from any thread
/// (libpq manual, "Behavior in Threaded Programs").
final class ResultHandle: @unchecked Sendable {
    let raw: OpaquePointer
    let count: Int
    /// The number of each column; of columns with the same name the first counts.
    let columns: [String: Int32]

    init(_ raw: OpaquePointer) {
        self.raw = raw
        count = Int(PQntuples(raw))
        var columns: [String: Int32] = [:]
        for index in 0..<PQnfields(raw) {
            let name = PQfname(raw, index).map { String(cString: $0) } ?? ""
            if columns[name] == nil { columns[name] = index }
        }
        self.columns = columns
    }

    deinit { PQclear(raw) }
}
