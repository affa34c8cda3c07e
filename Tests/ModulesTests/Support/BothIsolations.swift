import PatchbayModules
import Testing

/// Runs each test of a suite twice: with connectors in this process, and with connectors in runners. Whatever a connector
/// does, callers see no difference.
struct BothIsolations: SuiteTrait, TestTrait, TestScoping {
    @TaskLocal static var current = IsolationPolicy.Mode.inProcess

    var isRecursive: Bool { true }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await Self.$current.withValue(.inProcess) { try await function() }
        try await Self.$current.withValue(.runner) { try await function() }
    }
}

extension Trait where Self == BothIsolations {
    static var bothIsolations: Self { Self() }
}
