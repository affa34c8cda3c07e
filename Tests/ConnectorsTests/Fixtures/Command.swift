import Glibc

/// A command of the shell, its output (with errors) and its exit status.
struct Command {
    let output: String
    let status: Int32

    static func run(_ line: String) -> Command {
        guard let stream = popen(line + " 2>&1", "r") else { return Command(output: "no shell", status: -1) }
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = fread(&chunk, 1, chunk.count, stream)
            guard count > 0 else { break }
            output += chunk.prefix(count)
        }
        let status = pclose(stream)
        return Command(output: String(decoding: output, as: UTF8.self), status: (status >> 8) & 0xFF)
    }

    /// A word that the shell takes as it is.
    static func quoted(_ word: String) -> String { "'" + word.replacing("'", with: "'\\''") + "'" }
}
