import FoundationEssentials
import Glibc

/// A program beside this one.
enum Program {
    /// What it printed; nil when it could not be started, failed, or printed nothing for `patience` seconds: then it is
    /// killed.
    @discardableResult
    static func run(_ name: String, _ arguments: [String], patience: Int32 = 60) -> String? {
        var output = [Int32](repeating: 0, count: 2)
        guard pipe(&output) == 0 else { return nil }
        defer { close(output[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO)
        posix_spawn_file_actions_addclose(&actions, output[0])
        // A thread of this process blocks signals that the program may live by, such as its alarm.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var texts = ([name] + arguments).map { strdup($0) } + [nil]
        defer { texts.forEach { free($0) } }
        var child: pid_t = 0
        let status = posix_spawnp(&child, name, &actions, &attributes, &texts, environ)
        close(output[1])
        guard status == 0 else { return nil }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        var ready = pollfd(fd: output[0], events: Int16(POLLIN), revents: 0)
        while true {
            if poll(&ready, 1, patience * 1_000) == 0 {
                kill(child, SIGKILL)
                break
            }
            let length = read(output[0], &buffer, buffer.count)
            guard length > 0 else { break }
            text += buffer[..<length]
        }
        var ending: Int32 = 0
        waitpid(child, &ending, 0)
        return ending == 0 ? String(decoding: text, as: UTF8.self) : nil
    }
}
