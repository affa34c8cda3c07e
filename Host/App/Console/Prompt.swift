import Glibc

/// Asks for secrets: on a terminal without showing them, else one line each from standard input.
enum Prompt {
    /// Throws `CommandFailure` when nothing was given.
    static func secret(_ name: String) throws -> String {
        let isTerminal = isatty(STDIN_FILENO) == 1
        if isTerminal { Console.ask("\(name): ") }
        var shown = termios()
        if isTerminal {
            tcgetattr(STDIN_FILENO, &shown)
            var hidden = shown
            hidden.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(STDIN_FILENO, TCSANOW, &hidden)
        }
        let line = readLine(strippingNewline: true)
        if isTerminal {
            tcsetattr(STDIN_FILENO, TCSANOW, &shown)
            Console.note("")
        }
        guard let line, !line.isEmpty else {
            throw CommandFailure("\(name) is missing: type it, or give it as a line of standard input.")
        }
        return line
    }
}
