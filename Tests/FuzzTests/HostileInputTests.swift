import Fuzzing
import Testing

/// What is made to cost much ends with an error. How long that takes is measured by `make bench`; here it is only shown,
/// since limits count steps and not time.
struct HostileInputTests {
    @Test(arguments: HostileInput.all)
    func `it ends with an error`(input: HostileInput) {
        let start = ContinuousClock.now
        let error = input.run()
        let time = ContinuousClock.now - start
        #expect(error != nil)
        print("hostile: \(input.name): \(time), \(error?.prefix(100) ?? "no error")")
    }
}
