import Glibc
import Synchronization

/// Runs what blocks on a thread of its own, so that it holds up no other call: for libraries that know no other way, and for
/// plain sockets.
///
/// When the task is cancelled, `Cancellation` tells; the work must then end soon, and the call waits for that.
public func onOwnThread<Value: Sendable>(
    _ work: @escaping @Sendable (Cancellation) throws -> Value
) async throws -> Value {
    let cancellation = try Cancellation()
    let result = await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
            OwnThread.start {
                continuation.resume(returning: Result { try work(cancellation) })
            }
        }
    } onCancel: {
        cancellation.cancel()
    }
    // What the work says itself of how far it came is worth more.
    if cancellation.isCancelled, case .failure(let error) = result, !(error is ConnectorError) {
        throw CancellationError()
    }
    return try result.get()
}

/// Whether a call is no longer wanted, for what waits in system calls.
public final class Cancellation: Sendable {
    /// Readable once the call is no longer wanted.
    public let descriptor: Int32
    /// Its closing is what makes the other end readable.
    private let writer: Mutex<Int32>
    private let flag = Atomic(false)

    init() throws(ConnectorError) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else {
            throw ConnectorError(.unavailable, "There is no descriptor left for another call.", effect: .none)
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        descriptor = ends[0]
        writer = Mutex(ends[1])
    }

    deinit {
        hangUp()
        close(descriptor)
    }

    public var isCancelled: Bool { flag.load(ordering: .acquiring) }

    func cancel() {
        flag.store(true, ordering: .releasing)
        hangUp()
    }

    private func hangUp() {
        writer.withLock { writer in
            if writer >= 0 { close(writer) }
            writer = -1
        }
    }
}

/// A thread for one piece of work that blocks. `onOwnThread` is what most need.
public enum OwnThread {
    private final class Box {
        let work: @Sendable () -> Void
        init(_ work: @escaping @Sendable () -> Void) { self.work = work }
    }

    /// Starts a thread that ends with the work.
    ///
    /// - Parameter stack: bytes that the thread may use for calls within calls.
    public static func start(stack: Int = 1 << 20, _ work: @escaping @Sendable () -> Void) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        pthread_attr_setstacksize(&attributes, stack)
        defer { pthread_attr_destroy(&attributes) }
        let box = Unmanaged.passRetained(Box(work))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().work()
                return nil
            }, box.toOpaque())
        // Without a thread it blocks this one, which is better than not at all.
        if status != 0 { box.takeRetainedValue().work() }
    }
}
