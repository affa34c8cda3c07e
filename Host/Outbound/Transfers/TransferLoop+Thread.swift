import Glibc

extension TransferLoop {
    /// Starts the thread that runs the loop, which then belongs to it alone.
    func startThread() throws(OutboundError) {
        let loop = Unmanaged.passRetained(self)
        // libcurl and what it calls may write to closed connections; no signal of the process is this thread's
        // business.
        var (all, before) = (sigset_t(), sigset_t())
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var thread = pthread_t()
        let outcome = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<TransferLoop>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, loop.toOpaque())
        guard outcome == 0 else {
            loop.release()
            throw .refused(.protocolError, "the thread cannot be started: \(String(cString: strerror(outcome)))")
        }
        pthread_detach(thread)
    }
}
