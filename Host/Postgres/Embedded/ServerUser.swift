import Glibc

/// The operating system's user as whom the embedded server runs. PostgreSQL refuses to run as root.
struct ServerUser: Equatable {
    var uid: uid_t
    var gid: gid_t
    var name: String
    /// Whether this process is root and gives its rights up to become that user.
    var isDropped: Bool

    /// This process's own user; for root `postgres`, else `nobody`.
    static func current() throws(PostgresError) -> ServerUser {
        guard geteuid() == 0 else {
            return ServerUser(uid: geteuid(), gid: getegid(), name: name(of: geteuid()), isDropped: false)
        }
        for name in ["postgres", "nobody"] {
            if let entry = getpwnam(name)?.pointee, entry.pw_uid != 0 {
                return ServerUser(uid: entry.pw_uid, gid: entry.pw_gid, name: name, isDropped: true)
            }
        }
        throw PostgresError(
            .cluster,
            "the embedded PostgreSQL does not run as root, and there is neither a user postgres nor nobody; "
                + "create one of them, start Patchbay as an ordinary user, or set DATABASE_URL")
    }

    /// The name of a user, or its number when it has none.
    static func name(of uid: uid_t) -> String { getpwuid(uid).map { String(cString: $0.pointee.pw_name) } ?? "\(uid)" }

    /// Program and arguments that run a command as this user.
    func command(_ path: String, _ arguments: [String]) throws(PostgresError) -> (path: String, arguments: [String]) {
        guard isDropped else { return (path, arguments) }
        let places = ["/usr/bin/setpriv", "/bin/setpriv"]
        guard let setpriv = places.first(where: { access($0, X_OK) == 0 }) else {
            throw PostgresError(
                .cluster,
                "setpriv (package util-linux) is needed to run the embedded PostgreSQL as \(name); install it, "
                    + "start Patchbay as an ordinary user, or set DATABASE_URL")
        }
        return (setpriv, ["--reuid=\(uid)", "--regid=\(gid)", "--clear-groups", "--", path] + arguments)
    }

    /// Whether this user may pass through a folder and all above it. `path` is free of links.
    func reaches(_ path: String) -> Bool {
        guard isDropped else { return true }
        var current = path
        while true {
            guard let status = File.status(current.isEmpty ? "/" : current) else { return false }
            let bit: mode_t = status.st_uid == uid ? 0o100 : status.st_gid == gid ? 0o010 : 0o001
            guard status.st_mode & bit != 0 else { return false }
            guard let slash = current.lastIndex(of: "/") else { return true }
            current = String(current[..<slash])
        }
    }
}
