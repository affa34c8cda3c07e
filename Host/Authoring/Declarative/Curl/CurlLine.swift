/// What a curl command line asks for.
struct CurlLine: Equatable {
    var method: String?
    var url = ""
    var headers: [(name: String, value: String)] = []
    var data: [String] = []
    /// `name=value`, or a value alone, that curl would percent-encode itself.
    var encodedData: [String] = []
    var json: String?
    var user: String?
    var sendsDataInQuery = false
    var isHead = false

    static func == (a: CurlLine, b: CurlLine) -> Bool {
        a.method == b.method && a.url == b.url && a.headers.map(\.name) == b.headers.map(\.name)
            && a.headers.map(\.value) == b.headers.map(\.value) && a.data == b.data && a.encodedData == b.encodedData
            && a.json == b.json && a.user == b.user && a.sendsDataInQuery == b.sendsDataInQuery && a.isHead == b.isHead
    }

    /// What changes nothing of the request.
    private static let silent: Set<String> = [
        "-s", "-S", "-L", "-v", "-i", "-f", "-k", "-g", "-#", "--silent", "--show-error", "--location", "--verbose",
        "--include", "--fail", "--fail-with-body", "--insecure", "--globoff", "--compressed", "--http1.1", "--http2",
        "--progress-bar", "--no-progress-meter", "-N", "--no-buffer",
    ]
    /// The same, with a value.
    private static let silentWithValue: Set<String> = [
        "-o", "--output", "-m", "--max-time", "--connect-timeout", "--retry", "-w", "--write-out", "--retry-delay",
        "-A", "--user-agent", "-e", "--referer",
    ]
    private static let refused: [String: String] = [
        "-F": "multipart forms (-F) are not made by connectors without code",
        "--form": "multipart forms (--form) are not made by connectors without code",
        "-T": "uploads of files (-T) are not made by connectors without code",
        "--upload-file": "uploads of files are not made by connectors without code",
        "-b": "cookies are secrets that no credential slot holds; use a token",
        "--cookie": "cookies are secrets that no credential slot holds; use a token",
        "-E": "client certificates are not given to connectors",
        "--cert": "client certificates are not given to connectors",
        "-x": "the host's proxy is the operator's to set", "--proxy": "the host's proxy is the operator's to set",
        "-K": "a file of options is not read; write them out",
        "--config": "a file of options is not read; write them out",
        "--digest": "digest authentication is not offered", "--ntlm": "NTLM is not offered",
        "--negotiate": "Negotiate is not offered",
        "--aws-sigv4": "signed requests of AWS need a connector in code",
    ]
    private static let valued: Set<String> = [
        "-X", "--request", "-H", "--header", "-d", "--data", "--data-raw", "--data-binary", "--data-ascii",
        "--data-urlencode", "--json", "-u", "--user", "--url", "--oauth2-bearer",
    ]

    init(_ line: String) throws(AuthoringError) {
        guard line.utf8.count <= 1 << 20 else { throw AuthoringError("The command line has more than 1 MiB.") }
        var words = try ShellWords.split(line)[...]
        if words.first == "curl" { words.removeFirst() }
        while let word = words.popFirst() {
            guard word.hasPrefix("-"), word != "-" else {
                try take(url: word)
                continue
            }
            try take(option: word, &words)
        }
        guard !url.isEmpty else { throw AuthoringError("The curl command line has no address.") }
    }

    private mutating func take(option word: String, _ rest: inout ArraySlice<String>) throws(AuthoringError) {
        var name = word
        var value: String?
        if word.hasPrefix("--") {
            if let equals = word.firstIndex(of: "=") {
                name = String(word[..<equals])
                value = String(word[word.index(after: equals)...])
            }
        } else if word.count > 2 {
            // -XPOST, -sSL: a letter with its value, or letters in a row.
            name = String(word.prefix(2))
            let tail = String(word.dropFirst(2))
            if Self.valued.contains(name) || Self.silentWithValue.contains(name) {
                value = tail
            } else {
                rest.insert("-" + tail, at: rest.startIndex)
            }
        }
        if let reason = Self.refused[name] { throw AuthoringError("This request cannot be taken over: \(reason).") }
        if Self.silent.contains(name) { return }
        switch name {
        case "-G", "--get": return sendsDataInQuery = true
        case "-I", "--head": return isHead = true
        default: break
        }
        guard Self.valued.contains(name) || Self.silentWithValue.contains(name) else {
            throw AuthoringError(
                "curl's option \(name) is not understood here. Leave it out, if the request works without it.")
        }
        guard let value = value ?? rest.popFirst() else {
            throw AuthoringError("curl's option \(name) lacks its value.")
        }
        if !Self.silentWithValue.contains(name) { try take(name, value) }
    }

    private mutating func take(_ name: String, _ value: String) throws(AuthoringError) {
        switch name {
        case "-X", "--request": method = value.uppercased()
        case "-H", "--header":
            guard let colon = value.firstIndex(of: ":") else { return }
            let text = value[value.index(after: colon)...].drop { $0 == " " }
            headers.append((String(value[..<colon]), String(text)))
        case "-u", "--user": user = value
        case "--oauth2-bearer": headers.append(("Authorization", "Bearer " + value))
        case "--url": try take(url: value)
        case "--json": json = (json ?? "") + (try whole(value, name))
        case "--data-raw": data.append(value)
        case "--data-urlencode": encodedData.append(try whole(value, name))
        default: data.append(try whole(value, name))
        }
    }

    private func whole(_ value: String, _ name: String) throws(AuthoringError) -> String {
        guard !value.hasPrefix("@") else {
            throw AuthoringError("\(name) \(value) reads a file. Write its content into the command line instead.")
        }
        return value
    }

    private mutating func take(url: String) throws(AuthoringError) {
        guard self.url.isEmpty else { throw AuthoringError("The curl command line has two addresses.") }
        self.url = url.contains("://") ? url : "https://" + url
    }
}
