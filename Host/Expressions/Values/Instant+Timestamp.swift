package import PatchbayCore

extension Instant {
    package init(_ timestamp: Timestamp) {
        let (quotient, remainder) = timestamp.milliseconds.quotientAndRemainder(dividingBy: 1_000)
        let seconds = remainder < 0 ? quotient - 1 : quotient
        self.init(seconds: seconds, nanos: Int32(timestamp.milliseconds - seconds * 1_000) * 1_000_000)
    }
}
