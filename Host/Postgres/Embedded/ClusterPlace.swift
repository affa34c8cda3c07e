import Glibc

/// Where an embedded cluster's files are.
struct ClusterPlace: Equatable {
    /// Belongs to the server's user, mode 0700. Holds `data`, `log` and the socket.
    var folder: String
    /// The socket's folder: `folder`, or one below `/tmp` when that name is too long for a socket.
    var socketFolder: String

    var data: String { folder + "/data" }
    /// Where a cluster is made before it gets its name, so that a half-made one is never taken for one.
    var unfinished: String { folder + "/data.unfinished" }
    var log: String { folder + "/log" }
    /// The files in which a server notes its process.
    var lockFiles: [String] { [data + "/postmaster.pid", "\(socketFolder)/.s.PGSQL.\(Self.port).lock"] }

    static let port = 5432
    /// `sockaddr_un.sun_path` holds 108 bytes with the closing zero (unix(7)).
    private static let longestSocketPath = 107
    /// Where a cluster goes when the server's user cannot reach the data folder.
    static let elsewhere = "/var/lib/patchbay"

    /// Decides the place for a data folder, whose path is absolute and free of links. An existing cluster stays where
    /// it is.
    static func decide(dataFolder: String, user: ServerUser) -> ClusterPlace {
        let name = digest(of: dataFolder)
        let inside = ClusterPlace(folder: dataFolder + "/postgres", name: name)
        let outside = ClusterPlace(folder: elsewhere + "/" + name, name: name)
        if inside.isInitialised { return inside }
        if user.isDropped, outside.isInitialised { return outside }
        return user.reaches(dataFolder) ? inside : outside
    }

    private init(folder: String, name: String) {
        self.folder = folder
        let socket = "\(folder)/.s.PGSQL.\(Self.port)"
        socketFolder = socket.utf8.count <= Self.longestSocketPath ? folder : "/tmp/patchbay-" + name
    }

    var isInitialised: Bool { File.exists(data + "/PG_VERSION") }

    /// The major version that made the cluster; nil when there is none yet.
    var major: Int? {
        File.text(data + "/PG_VERSION").flatMap { text in Int(text.filter(\.isNumber)) }
    }

    /// FNV-1a of the path, in hexadecimal. Enough to tell folders apart; who owns what is checked besides.
    private static func digest(of path: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in path.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension ClusterPlace {
    /// Makes the folders that are missing, and checks that nobody else can have prepared them.
    func prepare(for user: ServerUser) throws(PostgresError) {
        if folder.hasPrefix(Self.elsewhere + "/") {
            mkdir(Self.elsewhere, 0o711)
            guard let status = File.status(Self.elsewhere), status.st_mode & S_IFMT == S_IFDIR, status.st_uid == 0,
                status.st_mode & 0o022 == 0
            else { throw PostgresError(.cluster, "\(Self.elsewhere) cannot be made, or others may write to it") }
            chmod(Self.elsewhere, 0o711)
        }
        for path in Set([folder, socketFolder]).sorted() { try Self.makePrivate(path, for: user) }
    }

    private static func makePrivate(_ path: String, for user: ServerUser) throws(PostgresError) {
        if mkdir(path, 0o700) == 0 {
            guard !user.isDropped || lchown(path, user.uid, user.gid) == 0 else {
                throw PostgresError(.cluster, "\(path) cannot be given to \(user.name): \(lastError())")
            }
        } else if errno != EEXIST {
            throw PostgresError(.cluster, "\(path) cannot be made: \(lastError())")
        }
        guard let status = File.status(path), status.st_mode & S_IFMT == S_IFDIR else {
            throw PostgresError(.cluster, "\(path) is no folder; remove it or choose another data folder")
        }
        guard status.st_uid == user.uid else {
            throw PostgresError(
                .cluster,
                "\(path) belongs to \(ServerUser.name(of: status.st_uid)), but the embedded PostgreSQL would run "
                    + "as \(user.name); start Patchbay as the user who made it, or give the folder to \(user.name) "
                    + "(chown -R \(user.name) \(path))")
        }
        guard status.st_mode & 0o077 == 0 || chmod(path, 0o700) == 0 else {
            throw PostgresError(.cluster, "\(path) is open to other users: \(lastError())")
        }
    }
}
