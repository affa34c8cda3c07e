/// What processes tell each other about runs, so that nobody waits for the next look into the database. News that is
/// lost costs time and nothing else.
package enum RunNews: Sendable, Hashable {
    /// There may be runs to take on.
    case work
    /// Somebody wants the run to end, and that is stored.
    case cancel(RunID)
    /// Something has happened to the run, and that is stored: an entry, an event from outside.
    case changed(RunID)
    /// The run has answered whoever waits for that, which is stored.
    case responded(RunID)
    /// There is a message for the run.
    case message(RunID)
    /// The run has ended, and that is stored.
    case ended(RunID)
    /// News may have been missed: everyone looks for themselves.
    case anything
}

/// Takes news to the other processes. Returns at once; what comes close together travels together.
package protocol RunNewsRelay: Sendable {
    func tell(_ news: RunNews)
}

/// A message's text: one word for each piece of news.
extension RunNews {
    package var word: String {
        switch self {
        case .work: "work"
        case .cancel(let run): "-\(run)"
        case .changed(let run): "~\(run)"
        case .message(let run): "!\(run)"
        case .responded(let run): "@\(run)"
        case .ended(let run): "=\(run)"
        case .anything: "*"
        }
    }

    /// Nil for a word that this version does not know, as a newer host may send it.
    package init?(word: Substring) {
        let rest = String(word.dropFirst())
        switch word.first {
        case "w" where word == "work": self = .work
        case "*" where word == "*": self = .anything
        case "-": if let run = RunID(rest) { self = .cancel(run) } else { return nil }
        case "@": if let run = RunID(rest) { self = .responded(run) } else { return nil }
        case "!": if let run = RunID(rest) { self = .message(run) } else { return nil }
        case "~": if let run = RunID(rest) { self = .changed(run) } else { return nil }
        case "=": if let run = RunID(rest) { self = .ended(run) } else { return nil }
        default: return nil
        }
    }
}
