/// The checks that are made here; the parent knows what each is about.
enum CheckName: String, CaseIterable {
    case load, olderHost = "older-host", newerHost = "newer-host", smallRoom = "small-room"
    case structSizes = "struct-sizes", extensions
    case startAndStop = "start-stop", restarts, twoImages = "two-images"
    case unknownOperation = "unknown-operation", unknownCalls = "unknown-calls"
    case oddInputs = "odd-inputs", wrongTypes = "wrong-types"
    case completion, output, cancel, cancelRace = "cancel-race", deadline, drain, stopWithCalls = "stop-with-calls"
    case concurrency, borrowedMemory = "borrowed-memory", httpFaults = "http-faults", hosts
    case memory, leaks, standardOutput = "standard-output", processState = "process-state"
    case sockets, processes, secrets, sameAnswers = "same-answers", fuzz
}
