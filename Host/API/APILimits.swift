/// How much a request may ask for.
package struct APILimits: Sendable {
    /// Bytes of a request's body under `/api/v1`. 5 MiB unless said otherwise.
    package var body: Int
    /// Bytes of a webhook delivery. 1 MiB unless said otherwise.
    package var delivery: Int
    /// Bytes of a connector's package. 64 MiB unless said otherwise.
    package var package: Int
    /// Milliseconds a synchronous execution is waited for when the caller does not say.
    package var executionWait: Int64
    /// The most milliseconds a caller may ask to wait.
    package var longestExecutionWait: Int64

    package init(
        body: Int = 5 << 20, delivery: Int = 1 << 20, package: Int = 64 << 20, executionWait: Int64 = 30_000,
        longestExecutionWait: Int64 = 300_000
    ) {
        self.body = body
        self.delivery = delivery
        self.package = package
        self.executionWait = executionWait
        self.longestExecutionWait = longestExecutionWait
    }
}
