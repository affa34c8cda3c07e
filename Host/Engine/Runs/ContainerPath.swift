/// Where a step stands in nested containers, taken apart; `StepKey` tells how it is written.
struct ContainerPath {
    struct Part {
        /// Id of the container, without the number of its attempt.
        let container: String
        /// As in the path: a loop's iteration, a branch, or `body`, `catch`, `finally`.
        let body: String
        /// The path of the container itself.
        let outside: String
        /// The path up to the body's name.
        let stem: String

        /// Whether a path leads into the body of the same container that `catch` and `finally` follow.
        func covers(_ path: String) -> Bool { path == stem + "/body" || path.hasPrefix(stem + "/body/") }
    }

    /// The outermost first.
    let parts: [Part]
    /// The paths whose steps may be read here; of steps with one name the later path's counts.
    let visible: [String]

    init(_ path: String) {
        let words = path.isEmpty ? [] : path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        var parts: [Part] = []
        var visible = [""]
        var outside = ""
        for place in stride(from: 0, to: words.count - 1, by: 2) {
            let stem = outside.isEmpty ? words[place] : "\(outside)/\(words[place])"
            let container = words[place].prefix { $0 != "~" }
            parts.append(
                Part(container: String(container), body: words[place + 1], outside: outside, stem: stem))
            // What a try does after its body may read what that did.
            if words[place + 1] == "catch" { visible.append(stem + "/body") }
            if words[place + 1] == "finally" { visible += [stem + "/body", stem + "/catch"] }
            outside = "\(stem)/\(words[place + 1])"
            visible.append(outside)
        }
        self.parts = parts
        self.visible = visible
    }
}
