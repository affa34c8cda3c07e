import FoundationEssentials
import Glibc
import PatchbayJSON

/// Runs `patchbay-closed-network` in namespaces of its own: a network without a way out, and a resolver that asks the
/// program's own server.
enum ClosedNetworkRun {
    struct Report {
        /// One for each step.
        var outcomes: [JSON]
        /// Addresses that servers were reached at.
        var reached: [String]
        var questions: [String]
    }

    struct Failure: Error, CustomStringConvertible { var description: String }

    private static let tools = "/usr/bin/unshare"

    /// Whether this machine lets a process have namespaces of its own; said aloud when not.
    static let isPossible: Bool = {
        let isPossible = (try? run(["/bin/true"], input: ""))?.status == 0
        if !isPossible {
            print("NOT RUN: no user, network and mount namespaces on this machine (unshare -Urnm)")
        }
        return isPossible
    }()

    static func report(
        zone: JSON = [:], networks: String = "", ports: [Int64] = [80], width: Int64 = 1, _ steps: [JSON]
    ) throws -> Report {
        let errand: JSON = [
            "zone": zone, "networks": .string(networks), "ports": .array(ports.map(JSON.int)), "width": .int(width),
            "steps": .array(steps),
        ]
        let script = """
            set -e
            for file in resolv.conf nsswitch.conf hosts; do [ ! -e /etc/$file ] || mount --bind "$1/$file" /etc/$file; done
            exec "$2"
            """
        let folder = FileManager.default.temporaryDirectory.path + "/patchbay-closed-\(UInt64.random(in: 0...(.max)))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, text) in [
            ("resolv.conf", "nameserver 127.0.0.1\noptions timeout:2 attempts:2\n"),
            ("nsswitch.conf", "hosts: files dns\n"), ("hosts", "127.0.0.1 localhost\n::1 localhost\n"),
        ] { try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name)) }
        let result = try run(["/bin/sh", "-c", script, "sh", folder, try program()], input: errand.text + "\n")
        let lines = result.output.split(separator: "\n").compactMap { try? JSON(parsing: Array($0.utf8)) }
        guard result.status == 0, lines.count == steps.count + 1, let last = lines.last else {
            throw Failure(description: "the closed network ended with \(result.status): \(result.output.suffix(500))")
        }
        return Report(
            outcomes: Array(lines.dropLast()), reached: last["reached"]?.array?.compactMap(\.string) ?? [],
            questions: last["questions"]?.array?.compactMap(\.string) ?? [])
    }

    /// In the folder of the test binary or one above it.
    private static func program() throws -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        var parts = String(decoding: buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            .split(separator: "/", omittingEmptySubsequences: false)
        while parts.count > 1 {
            parts.removeLast()
            let path = parts.joined(separator: "/") + "/patchbay-closed-network"
            if access(path, X_OK) == 0 { return path }
        }
        throw Failure(description: "patchbay-closed-network is not built")
    }

    /// A command in namespaces of its own. Blocks until it has ended.
    private static func run(_ command: [String], input: String) throws -> (status: Int32, output: String) {
        var template = Array("/tmp/patchbay-errand-XXXXXX".utf8CString)
        let file = mkstemp(&template)
        guard file >= 0 else { throw Failure(description: "no temporary file") }
        unlink(template)
        var rest = Array(input.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Failure(description: "the errand cannot be written") }
            rest = rest.dropFirst(count)
        }
        lseek(file, 0, SEEK_SET)
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure(description: "no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, file, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        let words = [tools, "--user", "--map-root-user", "--net", "--mount"] + command
        let arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process = pid_t()
        let status = posix_spawn(&process, tools, &actions, nil, arguments, environ)
        close(ends[1])
        close(file)
        defer { close(ends[0]) }
        guard status == 0 else { throw Failure(description: "unshare cannot be started") }
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while case let count = read(ends[0], &chunk, chunk.count), count > 0 { output += chunk[..<count] }
        var end: Int32 = 0
        waitpid(process, &end, 0)
        return (end & 0x7F == 0 ? (end >> 8) & 0xFF : 128 + (end & 0x7F), String(decoding: output, as: UTF8.self))
    }
}
