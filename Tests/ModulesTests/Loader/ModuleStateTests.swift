import PatchbayCore
import Testing

@testable import PatchbayModules

@Suite struct ModuleStateTests {
    private let refusal = ConnectorRefusal(code: "x", have: "", need: "", hint: "")

    @Test func `a library that was never tried is probed before it is opened`() {
        var state = ModuleState()
        #expect(state.apply(.needed) == [.check])
        #expect(state.apply(.checked(isProbed: false)) == [.probe])
        #expect(state.apply(.probed) == [.open])
        #expect(state.apply(.opened) == [.answer])
        #expect(state.phase == .active)
    }

    @Test func `one that has passed before is opened at once`() {
        var state = ModuleState()
        _ = state.apply(.needed)
        #expect(state.apply(.checked(isProbed: true)) == [.open])
        #expect(state.phase == .opening)
    }

    @Test func `only the first who needs it does the work`() {
        var state = ModuleState()
        #expect(state.apply(.needed) == [.check])
        #expect(state.apply(.needed).isEmpty)
        _ = state.apply(.checked(isProbed: true))
        #expect(state.apply(.needed).isEmpty)
        _ = state.apply(.opened)
        #expect(state.apply(.needed).isEmpty)
    }

    @Test(arguments: 0..<3) func `a failure at any step is final`(step: Int) {
        var state = ModuleState()
        let events: [ModuleState.Event] = [.needed, .checked(isProbed: false), .probed]
        for event in events[...step] { _ = state.apply(event) }
        #expect(state.apply(.failed(refusal)) == [.answer])
        #expect(state.phase == .refused(refusal))
        #expect(state.apply(.needed).isEmpty)
        #expect(state.apply(.opened).isEmpty)
    }

    @Test func `an active module drains before it stops`() {
        var state = ModuleState(.active)
        #expect(state.apply(.unwanted) == [.drain])
        #expect(state.phase == .draining)
        #expect(state.apply(.needed).isEmpty)
        #expect(state.apply(.drained) == [.stop])
        #expect(state.phase == .retired)
        #expect(state.apply(.unwanted).isEmpty)
    }

    @Test func `what was never opened retires at once`() {
        for phase in [ModuleState.Phase.found, .refused(refusal)] {
            var state = ModuleState(phase)
            #expect(state.apply(.unwanted) == [.answer])
            #expect(state.phase == .retired)
        }
    }

    @Test func `what becomes unwanted under way stops at the next step`() {
        var checking = ModuleState(.checking)
        #expect(checking.apply(.unwanted).isEmpty)
        #expect(checking.isUnwanted)
        #expect(checking.apply(.checked(isProbed: true)) == [.answer])
        #expect(checking.phase == .retired)

        var probing = ModuleState(.probing)
        _ = probing.apply(.unwanted)
        #expect(probing.apply(.probed) == [.answer])
        #expect(probing.phase == .retired)

        var opening = ModuleState(.opening)
        _ = opening.apply(.unwanted)
        #expect(opening.apply(.opened) == [.answer, .drain], "it runs already, so it must be ended properly")
        #expect(opening.phase == .draining)

        var failing = ModuleState(.opening)
        _ = failing.apply(.unwanted)
        #expect(failing.apply(.failed(refusal)) == [.answer])
        #expect(failing.phase == .retired)
    }
}
