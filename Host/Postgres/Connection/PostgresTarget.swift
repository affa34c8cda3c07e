/// Which database to connect to, and the limits every connection to it gets. Prints without its address, which may hold
/// a password.
package struct PostgresTarget: Sendable, CustomStringConvertible, CustomReflectable {
    /// libpq's connection keywords, in order; `dbname` may be a whole URL or connection string.
    let keywords: [(name: String, value: String)]
    /// What every connection takes on; nil: it stays who it connected as.
    package var role: PostgresRole?
    /// Milliseconds a statement may take before the server stops it.
    package var statementTimeout: Int64 = 30_000
    /// Milliseconds a statement may wait for a lock.
    package var lockTimeout: Int64 = 10_000
    /// Seconds to wait for a connection; libpq waits at least 2.
    package var connectTimeout = 10

    /// A `postgres://…` URL or a connection string (libpq manual, "Connection Strings").
    package init(url: String) { keywords = [("dbname", url)] }

    /// A server on this machine, behind the Unix socket in a folder.
    package init(socketFolder: String, user: String, database: String, port: Int = 5432) {
        keywords = [
            ("host", socketFolder), ("port", String(port)), ("user", user), ("dbname", database),
            ("sslmode", "disable"), ("gssencmode", "disable"),
        ]
    }

    /// For other programs: how to reach a server that was given by its socket's folder; nil for one given by a URL.
    package var socket: (folder: String, port: String, user: String, database: String)? {
        let values = Dictionary(keywords.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        guard let folder = values["host"], let port = values["port"], let user = values["user"],
            let database = values["dbname"]
        else { return nil }
        return (folder, port, user, database)
    }

    /// The same database under a role.
    package func `as`(_ role: PostgresRole) -> PostgresTarget {
        var target = self
        target.role = role
        return target
    }

    package var description: String { "a PostgreSQL database" }
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// All keywords of a connection, in libpq's order: a later one replaces an earlier one of the same name, and those
    /// of a URL count at the URL's place.
    var all: [(name: String, value: String)] {
        let defaults = [
            ("connect_timeout", String(connectTimeout)), ("fallback_application_name", "patchbay"),
            // A peer that vanished is noticed after about half a minute, also while a statement is sent or cancelled.
            ("tcp_user_timeout", "15000"), ("keepalives_idle", "15"), ("keepalives_interval", "5"),
            ("keepalives_count", "3"),
        ]
        return defaults + keywords + [("client_encoding", "UTF8")]
    }

    /// What every connection is set to. `citus.…` is an unknown name to a server without that extension, and harmless.
    var settings: String {
        """
        set statement_timeout = \(statementTimeout); set lock_timeout = \(lockTimeout);
        set idle_in_transaction_session_timeout = \(statementTimeout * 2); set timezone = 'UTC';
        set citus.propagate_set_commands = 'local'\(role.map { "; set role \($0.rawValue)" } ?? "")
        """
    }
}
