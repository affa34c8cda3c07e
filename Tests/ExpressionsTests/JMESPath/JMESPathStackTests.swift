import Glibc
import PatchbayExpressions
import PatchbayJSON
import Testing

/// Threads may have a stack of half a megabyte only. What the limits allow must do with that.
struct JMESPathStackTests {
    @Test func `the deepest expression needs little stack`() {
        let shapes = [
            ("(", ")"), ("[", "]"), ("{a:", "}"), ("!", ""), ("[?", "]"), ("length(", ")"), ("*[?", "]"),
            ("let $a = ", " in @"),
            ("@ || b == (", ")"), ("let $a = b in ", ""), ("map(&", ", @)"), ("[*].", ""),
        ]
        onSmallStack {
            for (opening, closing) in shapes {
                let text = String(repeating: opening, count: 119) + "a" + String(repeating: closing, count: 119)
                _ = try? JMESPath(text).search([[[1], 2], ["a": "b"]])
            }
            let compared = String(repeating: "(", count: 118) + "a" + String(repeating: " == a)", count: 50)
            _ = try? JMESPath(compared + String(repeating: ")", count: 68)).search([:])
        }
    }

    private func onSmallStack(_ body: @escaping @Sendable () -> Void) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, 512 << 10)
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Body(run: body))
        let status = pthread_create(
            &thread, &attributes,
            { pointer in
                Unmanaged<Body>.fromOpaque(pointer!).takeRetainedValue().run()
                return nil
            }, box.toOpaque())
        #expect(status == 0)
        pthread_join(thread, nil)
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
