/// How a stranger's library is checked: each child can read libraries and nothing else, and all checks together have a time.
package struct CheckConfinement: Sendable {
    /// What is not begun by then has failed.
    package var deadline: ContinuousClock.Instant

    package init(within limit: Duration) { deadline = .now + limit }

    /// These write copies of the library.
    private static let copying: Set<String> = ["restarts", "two-images"]

    /// What stands in a check's place; nil: it is made.
    func finding(instead check: CheckDescription) -> CheckFinding? {
        if Self.copying.contains(check.name) {
            return CheckFinding(
                check: check.name, result: .skipped,
                texts: ["It copies the library, which is not done where the library can reach nothing."])
        }
        guard ContinuousClock.now >= deadline else { return nil }
        return CheckFinding(
            check: check.name, result: .failed, texts: ["There was no time left for it: other checks took all of it."],
            hint: "Run `patchbay connector check` and see which checks wait for long.")
    }
}
