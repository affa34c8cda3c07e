import Glibc

/// Where the files are that come with the program.
enum Installation {
    /// The running program's own file.
    static let executable: String = {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard length > 0 else { return CommandLine.arguments[0] }
        return String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }()

    static let folder: String = parent(of: executable)

    /// The program that opens libraries in a process of its own; stands beside this one.
    static var runner: String { folder + "/patchbay-runner" }

    /// A folder that comes with the program: below the working directory (a checkout), in the installation's `share`, or in
    /// the checkout that the program was built in.
    static func folder(_ name: String) -> String {
        var candidates = [name, parent(of: folder) + "/share/patchbay/" + name]
        var above = folder
        while above.count > 1 {
            above = parent(of: above)
            candidates.append(above + "/" + name)
        }
        return candidates.first(where: isFolder) ?? name
    }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
