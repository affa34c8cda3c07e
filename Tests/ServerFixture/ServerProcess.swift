import Glibc
package import PatchbayJSON

/// A server that a test starts by itself: a command that prints one line of JSON when it is ready, and ends when its input
/// does, be it that the tests crash.
package final class ServerProcess: Sendable {
    /// What it printed.
    package let ready: JSON
    private let process: pid_t
    private let input: Int32

    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    /// - Parameter words: the program, found by `PATH`, and its arguments.
    package init(_ words: [String]) throws {
        var (toChild, fromChild): ([Int32], [Int32]) = ([0, 0], [0, 0])
        guard pipe(&toChild) == 0, pipe(&fromChild) == 0 else { throw Failure(description: "no pipe") }
        for end in toChild + fromChild { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, toChild[0], 0)
        posix_spawn_file_actions_adddup2(&actions, fromChild[1], 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process = pid_t()
        let status = posix_spawnp(&process, words[0], &actions, nil, &arguments, environ)
        close(toChild[0])
        close(fromChild[1])
        guard status == 0 else {
            close(toChild[1])
            close(fromChild[0])
            throw Failure(description: "\(words[0]) cannot be started: \(String(cString: strerror(status)))")
        }
        self.process = process
        input = toChild[1]
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while read(fromChild[0], &byte, 1) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
        close(fromChild[0])
        guard let ready = try? JSON(parsing: line) else {
            close(input)
            waitpid(process, nil, 0)
            throw Failure(description: "\(words.joined(separator: " ")) did not get ready")
        }
        self.ready = ready
    }

    /// A script of the folder `Servers` that stands nearest to the test.
    package convenience init(script: String, near file: String = #filePath) throws {
        var folders = file.split(separator: "/", omittingEmptySubsequences: false)
        repeat {
            guard folders.popLast() != nil else { throw Failure(description: "there is no \(script)") }
        } while access(folders.joined(separator: "/") + "/Servers/\(script)", R_OK) != 0
        try self.init([Self.python, folders.joined(separator: "/") + "/Servers/\(script)"])
    }

    /// The interpreter with what the servers need: of the folder that `Host/Setup/servers.sh` makes, else the one of `PATH`.
    private static var python: String {
        let package = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        let own = package.joined(separator: "/") + "/.build/servers/bin/python3"
        return access(own, X_OK) == 0 ? own : "python3"
    }

    package func stop() {
        close(input)
        waitpid(process, nil, 0)
    }
}
