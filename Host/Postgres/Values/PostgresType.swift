/// The column types that parameters and results may have.
package enum PostgresType: Sendable, Equatable, CaseIterable {
    case bool
    /// `bigint`; also fits smaller integer columns.
    case int
    case text
    case bytes
    case uuid
    /// `timestamptz`
    case timestamp
    case json

    /// The object ids of the type and of its array, fixed in every server (`src/include/catalog/pg_type.dat`).
    var oid: UInt32 {
        switch self {
        case .bool: 16
        case .int: 20
        case .text: 25
        case .bytes: 17
        case .uuid: 2950
        case .timestamp: 1184
        case .json: 114
        }
    }

    var arrayOid: UInt32 {
        switch self {
        case .bool: 1000
        case .int: 1016
        case .text: 1009
        case .bytes: 1001
        case .uuid: 2951
        case .timestamp: 1185
        case .json: 199
        }
    }
}

/// Object ids of the types a result column may have.
enum ColumnType {
    static let bool: UInt32 = 16
    static let bytea: UInt32 = 17
    static let name: UInt32 = 19
    static let int8: UInt32 = 20
    static let int2: UInt32 = 21
    static let int4: UInt32 = 23
    static let text: UInt32 = 25
    static let json: UInt32 = 114
    static let unknown: UInt32 = 705
    static let bpchar: UInt32 = 1042
    static let varchar: UInt32 = 1043
    static let timestamptz: UInt32 = 1184
    static let uuid: UInt32 = 2950
    static let jsonb: UInt32 = 3802
}

/// Milliseconds from 1970 to 2000, where PostgreSQL's clock begins.
let postgresEpoch: Int64 = 946_684_800_000
