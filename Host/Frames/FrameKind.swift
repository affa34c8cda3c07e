/// What a frame says. Numbers are never given another meaning: host and runner are built together, but a runner may outlive
/// the installation of a newer host for the time of its last calls.
package enum FrameKind: UInt16, Sendable {
    // MARK: Host to runner

    /// The first frame. `word`: the protocol. Texts: path of the library. Numbers: see `RunnerTerms`.
    case hello = 1
    /// `id`: the call. Numbers: attempt, deadline. Bytes: operation, input, settings, credential slot, idempotency key,
    /// trace parent.
    case invoke = 2
    /// `id`: the call; `word`: the reason.
    case cancel = 3
    /// `id`: a call that the host has given up.
    case forget = 4
    /// `id`: the sequence number of a request; `word`: the status that `send` answers. Numbers: the request.
    case taken = 5
    /// `id`: the request. Numbers: status. Bytes: headers, body, URL.
    case answer = 6
    /// `id`: the request. A failure's members.
    case answerFailed = 7
    /// `id` comes back.
    case ping = 8
    case drain = 9
    case stop = 10

    // MARK: Runner to host

    /// The library runs. `word`: the protocol. Numbers: measures that hold, least minor. Bytes: id, version, manifest.
    case ready = 65
    /// It does not. `word`: the stage. Bytes: why. Numbers: the answer, where one was given.
    case refused = 66
    /// `id`: the call. Bytes: the output.
    case result = 67
    /// `id`: the call. A failure's members.
    case failure = 68
    /// `id`: the call; `word`: what `invoke` answered.
    case notTaken = 69
    /// `id`: the call. Bytes: JSON.
    case progress = 70
    /// `id`: the call, or 0; `word`: the level. Bytes: message, fields.
    case log = 71
    /// `id`: the call. Numbers: sequence number, most redirects, time limit, largest body. Bytes: method, URL, headers, body,
    /// credential slot.
    case request = 72
    /// `id`: the request.
    case abort = 73
    /// `id`: a call that was completed although the runner does not know it any more.
    case late = 74
    case pong = 75
    case drained = 76
    /// `id`: the call. Numbers: bytes of an output that is too large to be sent.
    case oversized = 77
    /// The process is to get no more calls, and to end with those that it has.
    case retiring = 78
}

/// What host and runner agree on.
package enum FrameProtocol {
    /// Raised with every change of a frame.
    package static let version: UInt32 = 2
    /// Bytes of a frame that travels through the socket; what is longer travels in sealed memory.
    package static let longestInline = 64 << 10
    /// Bytes of a frame at all: the largest output or answer, and room for what goes with it.
    package static let longest = 40 << 20
    /// Bytes of an output.
    package static let largestOutput = 32 << 20
}
