public import ConnectorSDK
import PatchbayJSON

/// PostgreSQL by its own client library (https://www.postgresql.org/docs/current/libpq.html).
public let postgreSQL = Connector(
    id: "postgresql", version: "1.0.0", name: "PostgreSQL",
    summary: "Queries, statements, rows and notifications of a PostgreSQL database.", category: .data,
    license: "Apache-2.0", documentation: "https://www.postgresql.org/docs/current/",
    credentials: [
        CredentialSlot(
            "account", title: "User",
            about: "A user of the database with its password. Give it only the rights that the workflows need.",
            access: .read, kinds: [.basic])
    ],
    libraries: ["libpq"], settings: PostgreSQLSettings.self, isolation: .inProcess,
    limits: Connector.Limits(concurrency: 32, timeout: .seconds(30)),
    sockets: Connector.Sockets(hostSetting: "host", ports: [5432, 5433, 6432]),
    actions: [Query.self, Execute.self, Insert.self], polls: [Notifications.self, NewRows.self])

struct PostgreSQLSettings: Fields {
    @Field("Name or address of the server.", .length(1...253), default: "localhost") var host: String
    @Field("Its port.", .range(1...65_535), default: 5432) var port: Int
    @Field("Name of the database.", .length(1...63), default: "postgres") var database: String
    @Field(
        "How the connection is protected, as libpq has it; `verify-full` is safe against everyone in between.",
        default: .prefer)
    var tls: TLS

    enum TLS: String, FieldChoice {
        case disable, prefer, require
        case verifyCA = "verify-ca"
        case verifyFull = "verify-full"

        /// The file of those who may vouch for the server. libpq checks certificates in every mode when it has one, so
        /// modes that only encrypt get none.
        var authorities: String {
            switch self {
            case .disable, .prefer, .require: "/nonexistent"
            case .verifyCA, .verifyFull: "/etc/ssl/certs/ca-certificates.crt"
            }
        }
    }
}
