import Glibc

/// Notices what is copied into a plugins folder, by looking at it again and again: that works on every file system, also where
/// nobody tells of changes. Pure: it is given what was seen, and says when to act.
struct PluginsWatch: Equatable {
    /// What a folder looks like: paths of its files with their sizes, inodes and times.
    typealias Sight = [String: String]

    private var handled: Sight
    private var last: Sight

    /// Begins with what has been acted on already.
    init(handled: Sight = [:]) { (self.handled, last) = (handled, handled) }

    /// True when something has changed since `handled` and nothing since the look before: whoever copies has come to an end,
    /// or pauses, and then it changes again.
    mutating func hasSettled(at sight: Sight) -> Bool {
        defer { last = sight }
        guard sight != handled, sight == last else { return false }
        handled = sight
        return true
    }

    /// Paths of packages.
    static func packages(in sight: Sight) -> [String] {
        sight.keys.filter { $0.hasSuffix("." + ConnectorPackage.fileExtension) }.sorted()
    }

    /// The files of `<id>/<version>/` and what lies beside the ids.
    static func look(at plugins: String) -> Sight {
        var sight: Sight = [:]
        for name in FileSystem.names(in: plugins) {
            let path = "\(plugins)/\(name)"
            guard FileSystem.isFolder(path) else {
                sight[path] = words(about: path)
                continue
            }
            for version in FileSystem.names(in: path) {
                sight["\(path)/\(version)"] = ""
                for file in FileSystem.names(in: "\(path)/\(version)") {
                    let file = "\(path)/\(version)/\(file)"
                    sight[file] = words(about: file)
                }
            }
        }
        return sight
    }

    private static func words(about path: String) -> String {
        var status = stat()
        guard stat(path, &status) == 0 else { return "" }
        return "\(status.st_size) \(status.st_ino) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
    }
}
