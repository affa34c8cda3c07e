import Glibc

/// Where the server's programs are.
struct ServerBinaries: Equatable {
    /// The folder with `postgres` and `initdb`.
    var folder: String
    /// The server's major version; nil when the folder does not tell.
    var major: Int?

    var postgres: String { folder + "/postgres" }
    var initdb: String { folder + "/initdb" }

    /// The newest of Debian's `/usr/lib/postgresql/*/bin`, else the first on the search path. For an existing cluster
    /// only its own major version will do. `searchPath` is PATH.
    static func find(
        major: Int?, under root: String = "/usr/lib/postgresql", searchPath: String
    ) throws(PostgresError) -> ServerBinaries {
        let installed = File.names(in: root).compactMap { name in Int(name) }.sorted(by: >)
            .map { ServerBinaries(folder: "\(root)/\($0)/bin", major: $0) }.filter(\.isComplete)
        if let found = installed.first(where: { major == nil || $0.major == major }) { return found }
        for entry in searchPath.split(separator: ":") {
            // Through the link, because the server finds its own files relative to where it really is.
            guard let program = File.resolved("\(entry)/postgres"), let slash = program.lastIndex(of: "/") else {
                continue
            }
            let found = ServerBinaries(folder: String(program[..<slash]))
            if found.isComplete, major == nil || installed.isEmpty { return found }
        }
        let there = installed.compactMap(\.major).map(String.init).joined(separator: ", ")
        guard let major else {
            throw PostgresError(
                .cluster,
                "no PostgreSQL server is installed (looked in \(root)/*/bin and on PATH); "
                    + "install it (apt-get install postgresql) or set DATABASE_URL")
        }
        throw PostgresError(
            .cluster,
            "the embedded database was made by PostgreSQL \(major), which is not installed (there is: "
                + "\(there.isEmpty ? "none" : there)); install postgresql-\(major), or move the data with pg_upgrade")
    }

    private var isComplete: Bool { access(postgres, X_OK) == 0 && access(initdb, X_OK) == 0 }
}
