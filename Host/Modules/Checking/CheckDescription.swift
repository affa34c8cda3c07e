/// A check that connectors go through: what it is called, what it looks at, and how long it may take.
///
/// `ConnectorSDK/Docs/checking.md` says of each why it is made and what to do when it fails.
package struct CheckDescription: Sendable, Equatable {
    /// Kebab case; does not change.
    package var name: String
    /// What holds when it passes, as a sentence.
    package var title: String
    /// Whether the library is run for it, in a child; the others look at files.
    package var runs: Bool
    /// Seconds a child has.
    package var seconds: Int
    /// What to do when it does not pass.
    package var hint: String

    /// Whether it looks at how much memory is in use.
    var countsMemory: Bool { ["memory", "restarts"].contains(name) }

    /// Names of those that hosts make at install: they take a moment, and no operation is called.
    static let quick: Set<String> = [
        "library", "load", "manifest", "digest", "same-manifest", "examples", "older-host", "small-room",
    ]

    private static func file(_ name: String, _ title: String, _ hint: String) -> CheckDescription {
        CheckDescription(name: name, title: title, runs: false, seconds: 0, hint: hint)
    }

    private static func run(_ name: String, _ title: String, _ hint: String) -> CheckDescription {
        run(name, 20, title, hint)
    }

    private static func run(_ name: String, _ seconds: Int, _ title: String, _ hint: String) -> CheckDescription {
        CheckDescription(name: name, title: title, runs: true, seconds: seconds, hint: hint)
    }

    /// All of them, in the order in which they are made.
    package static let all: [CheckDescription] = [
        file(
            "library", "The file is a shared object that a host may open.",
            "Link it as `patchbay connector build` does: one export, no libraries of its own, -fPIC."),
        run(
            "load", 10, "It opens, enters, and says who it is.",
            "Do nothing in constructors and the entry function but fill the module's struct."),
        file(
            "manifest", "Its manifest can be read, and its schemas are schemas.",
            "Correct the declaration at the place that is named."),
        file("digest", "The library is the one that the manifest beside it was made for.", "Stage or pack it anew."),
        file(
            "same-manifest", "The library says of itself what the manifest beside it says.",
            "Stage or pack it anew; do not edit manifest.json by hand."),
        file("examples", "The examples fit the schemas of their operations.", "Correct the example or the schema."),
        run(
            "older-host", 10, "It refuses a host that is too old for it, and says what it needs.",
            "Compare host_minor with least_minor in the entry function, and write a sentence into `why`."),
        run(
            "newer-host", "It works with a newer host, whose structs are longer.",
            "Read only members that you know, and do not compare sizes or minors for equality."),
        run(
            "small-room", 10, "It writes no more than the room that it is offered.",
            "Copy at most out->size bytes into `out`, and at most why_capacity into `why`."),
        run(
            "struct-sizes", "It reads nothing behind the structs of the first release.",
            "Test with PB_HAS before a member of a later minor is read."),
        run(
            "extensions", "It does without capabilities that a host lacks, and claims none that do not exist.",
            "Compare the whole id, and let an operation fail with PB_CODE_UNSUPPORTED when its capability is missing."),
        run(
            "start-stop", 15, "It starts, drains and stops within two seconds.",
            "Call done(user) once as soon as no call runs, also when there never was one."),
        run(
            "restarts", 60, "It can be started and stopped a hundred times.",
            "End threads, close files and free memory in `stop`; keep nothing of a start but the image itself."),
        run(
            "two-images", "Two versions of it run side by side in one process.",
            "Keep state in the image or in `context`, not in the environment, in files or in named objects."),
        run(
            "unknown-operation", "It refuses operations that it does not have.",
            "Compare operation ids with their sizes, and answer PB_UNSUPPORTED."),
        run(
            "unknown-calls", "Ids of calls that never were, or are over, do no harm.",
            "Look ids up in a table; do not take them for pointers."),
        run(
            "odd-inputs", 40, "Inputs that are empty, huge, deep or no JSON end in an error.",
            "Check lengths and depths where the input is parsed, and answer PB_INVALID or PB_CODE_INVALID_INPUT."),
        run(
            "wrong-types", "Inputs that the schema forbids end in an error.",
            "Test for each member's presence and type before it is used."),
        run(
            "completion", "Each call ends exactly once.",
            "Call `complete` once on every path, errors included, and forget the call then."),
        run(
            "output", "Outputs are what the output schemas say.", "Correct the output, or the schema that describes it."
        ),
        run(
            "cancel", "A call that is cancelled ends soon, and once.",
            "Abort the call's requests in `cancel`, and complete it with PB_CODE_CANCELLED."),
        run(
            "cancel-race", 30, "Cancelling may come at any moment.",
            "Guard the table of calls with a lock, and let the first of cancel and answer end the call."),
        run(
            "deadline", "A call ends when its time is over.",
            "Treat `cancel` with PB_CANCEL_DEADLINE as any other, and do not wait on your own."),
        run(
            "drain", "Draining waits for the calls that run, and says so once.",
            "Count calls that run, and call done(user) when the count reaches zero."),
        run(
            "stop-with-calls", 15, "Stopping while calls run does no harm.",
            "End your threads in `stop`, and free nothing that an answer still needs."),
        run(
            "concurrency", 30, "Many calls run at the same time.",
            "Guard what calls share with a lock, or lower limits.concurrency."),
        run(
            "borrowed-memory", "It copies what it keeps of inputs and answers.",
            "Copy slices before `invoke` or the reply function returns."),
        run(
            "http-faults", 40, "Errors of other servers and of the network end in errors.",
            "Check statuses before bodies are read, and map 401 and 429 to their codes."),
        run(
            "hosts", "It sends requests only where its manifest says.",
            "Declare the host in permissions.hosts, or take the address from a declared setting."),
        run("memory", 60, "Calls leave no memory behind.", "Free what a call allocated when it ends, on every path."),
        run(
            "leaks", 40, "Calls leave no descriptors, threads or children behind.",
            "Close what you open, and join the threads that you start."),
        run(
            "standard-output", "It prints nothing.", "Use the host's `log`; standard output belongs to the program."),
        run(
            "process-state", "Locale, folder, environment, umask and signals stay as they were.",
            "Use functions with a state of their own (newlocale, openat), and install no handlers."),
        run(
            "sockets", "It opens no sockets of its own.",
            "Send requests through the host's patchbay.http/1, which keeps to the operator's rules."),
        run("processes", "It starts no processes.", "Do the work in the library."),
        run(
            "secrets", 40, "What it is given in confidence does not come to light.",
            "Keep secrets out of logs, errors, outputs and addresses; let the host attach them where that is possible."),
        run(
            "same-answers", "Calls come to the same in a runner as in a host's own process.",
            "Rely on no files, environment or network of the process; ask the host."),
        run(
            "fuzz", "Inputs and answers that are damaged at random end in an error.",
            "Repeat it with the seed that is named: --only fuzz --processes 1 --seed N."),
    ]
}
