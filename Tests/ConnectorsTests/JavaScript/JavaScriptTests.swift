import PatchbayCore
import PatchbayJSON
import Testing

/// In a runner, as it is meant to be.
@Suite(.timeLimit(.minutes(5)))
struct JavaScriptTests {
    private func run(_ code: String, _ input: JSON = .null, _ more: JSONObject = [:]) async throws -> JSON {
        try await caller().call("execute", Self.input(code, input, more))
    }

    private func failure(_ code: String, _ more: JSONObject = [:]) async throws -> OperationFailure? {
        try await caller().failure("execute", Self.input(code, .null, more))
    }

    private func caller() async throws -> Caller { try await ConnectorBench.shared.value.caller("javascript") }

    private static func input(_ code: String, _ input: JSON, _ more: JSONObject) -> JSON {
        var all: JSONObject = ["code": .string(code), "input": input]
        for member in more { all[member.name] = member.value }
        return .object(all)
    }

    @Test func `code makes an output of its input`() async throws {
        let output = try await run(
            "const { a, b } = input;\nreturn { sum: a + b.length, list: [...b].map(x => x.toUpperCase()), u: \"ü👋\" };",
            ["a": 2, "b": ["x", "y"]])
        #expect(output["result"] == ["sum": 4, "list": ["X", "Y"], "u": "ü👋"])
        #expect(output["console"] == [])
        #expect(try await run("1;")["result"] == JSON.null)
        #expect(try await run("return input", [1, 2.5, "x", nil, true])["result"] == [1, 2.5, "x", nil, true])
    }

    @Test func `what is waited for is done`() async throws {
        let output = try await run(
            """
            const double = async (x) => { await null; return x * 2; };
            const all = await Promise.all([1, 2, 3].map(double));
            return all.reduce((a, b) => a + b);
            """)
        #expect(output["result"] == 12)
        let never = try await failure("await new Promise(() => {});")
        #expect(never?.message.contains("never comes") == true)
    }

    @Test func `the console is kept, up to a limit`() async throws {
        let output = try await run(
            "console.log('a', {b: 1}, undefined); console.error(new TypeError('no')); console.warn(1)")
        #expect(
            output["console"] == [
                ["level": "info", "text": "a {\"b\":1} undefined"], ["level": "error", "text": "TypeError: no"],
                ["level": "warning", "text": "1"],
            ])
        let much = try await run("for (let i = 0; i < 1000; i++) console.log('x'.repeat(10_000)); return 1")
        #expect((much["console"]?.array?.count ?? 0) < 200)
        #expect((much["dropped_lines"]?.int ?? 0) > 800)
    }

    @Test func `a failure has its place`() async throws {
        let thrown = try await failure("const a = 1;\n  throw new RangeError('too far');")
        #expect(thrown?.code == .invalidInput)
        #expect(thrown?.vendorCode == "RangeError")
        #expect(thrown?.detail["line"] == 2)
        #expect(thrown?.message.contains("RangeError: too far (line 2") == true)
        #expect(thrown?.effect == OperationFailure.Effect.none)
        let name = try await failure("return nothing.here")
        #expect(name?.vendorCode == "ReferenceError")
        #expect(name?.detail["line"] == 1)
        let syntax = try await failure("let a = 1;\nlet b = ;")
        #expect(syntax?.pointer == "/code")
        #expect(syntax?.detail["line"] == 2)
        let text = try await failure("console.log('before'); throw 'just a text'")
        #expect(text?.message.contains("just a text") == true)
        #expect(text?.detail["console"]?[0]?["text"] == "before")
    }

    @Test(arguments: [
        "const a = {}; a.a = a; return a", "return 10n", "return () => 1", "return Symbol('x')",
        "return { toJSON() { throw new Error('no') } }",
    ])
    func `a result that is no JSON is refused`(code: String) async throws {
        #expect(try await failure(code)?.pointer == "/code")
    }

    @Test(arguments: [
        "while (true) {}", "for (;;) await null", "const f = () => Promise.resolve().then(f); await f()",
        "return { toJSON() { while (true) {} } }", "try { while (true) {} } finally { while (true) {} }",
        "[3, 1, 2].sort(() => { while (true) {} })", "Object.prototype.toJSON = () => { while (true) {} }; return {}",
        "const f = async () => { await null; return f() }; await f()", "while (true) try { null.x } catch {}",
        "const g = function* () { while (true) yield 1 }; for (const x of g()) {}",
    ])
    func `an endless loop is stopped`(code: String) async throws {
        let stopped = try await failure(code, ["timeout_ms": 200])
        #expect(stopped?.code == .timeout)
        #expect(stopped?.isRetryable == false)
    }

    /// Single steps of the engine, which it does not interrupt: they end with their process, which is no fault of the
    /// connector, so it is not set aside however often that happens.
    @Test(arguments: [
        "return /^(([a-z])+.)+[A-Z]([a-z])+$/.test('a'.repeat(40))", "return /(x+x+)+y/.exec('x'.repeat(50_000))",
        "let a = 3n; while (true) a *= a", "return 'x'.repeat(2 ** 29).split('').sort().reverse().join().length",
        "return new Array(2 ** 31).join('ab').length",
        "while (true) 'ab'.repeat(2 ** 28).indexOf('ba'.repeat(2 ** 27) + 'c')",
        "return JSON.stringify(new Array(2 ** 28).fill(1)).length",
    ]) func `what the engine itself does for ever is ended too`(code: String) async throws {
        let failure = try await failure(code, ["timeout_ms": 300])
        // How the engine takes it is its own affair: a pattern may be too much for it before the time is over.
        #expect(failure == nil || [.timeout, .invalidInput].contains(failure?.code), "\(String(describing: failure))")
        #expect(failure == nil || failure?.effect == OperationFailure.Effect.none)
        #expect(try await run("return 1")["result"] == 1)
    }

    @Test(arguments: [
        "const a = []; while (true) a.push(new Array(1000).fill(a.length))", "let s = 'x'; while (true) s += s + 1",
        "const a = []; while (true) a.push(new Uint8Array(1 << 24).fill(1))",
        "const a = new Uint8Array(2 ** 31); a.fill(1); return a[5]",
        "const m = new Map(); for (let i = 0; ; i++) m.set(i, 'x' + i)",
        "const f = () => Promise.resolve(new Array(9999).fill(1)).then((a) => { f(); f(); return a }); await f(); await f()",
    ]) func `code cannot fill the memory`(code: String) async throws {
        let stopped = try await failure(code, ["memory_mb": 64, "timeout_ms": 30_000])
        #expect(stopped?.code == .invalidInput)
        #expect(["memory", "RangeError"].contains(stopped?.vendorCode), "\(String(describing: stopped))")
        #expect(try await run("return 1")["result"] == 1)
    }

    @Test func `others go on while code does not end`() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for code in ["while (true) {}", "return /(x+x+)+y/.exec('x'.repeat(50_000))"] {
                group.addTask { _ = try? await run(code, .null, ["timeout_ms": 2_000]) }
            }
            for number in Int64(0)..<20 {
                group.addTask {
                    let output = try await run("return input * 2", .int(number))
                    #expect(output["result"] == JSON.int(number * 2))
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `recursion without end is the code's own failure`() async throws {
        #expect(try await failure("const f = () => f() + 1; return f()")?.vendorCode == "RangeError")
    }

    @Test func `nothing that code does to the language reaches the next call`() async throws {
        let first = try await run(
            """
            Object.prototype.polluted = 1; Array.prototype.push = () => 666; JSON.stringify = () => "\\"mine\\"";
            Promise.prototype.then = () => { throw 1 }; String.prototype.slice = () => "x"; globalThis.left = 1;
            Object.prototype.toJSON = undefined;
            return { a: 1 };
            """)
        #expect(first["result"]?["a"] == 1)
        let second = try await run("return [({}).polluted ?? 0, [].push(1), typeof left, JSON.stringify({a: 1})]")
        #expect(second["result"] == [0, 1, "undefined", "{\"a\":1}"])
    }

    @Test func `there is nothing but the language`() async throws {
        let output = try await run(
            """
            return ["require", "process", "fetch", "XMLHttpRequest", "setTimeout", "load", "print", "readFile", "Atomics",
              "SharedArrayBuffer", "WebAssembly", "window", "module"].filter((name) => name in globalThis);
            """)
        #expect(output["result"] == [])
        #expect(try await failure("await import('fs')") != nil)
    }

    @Test func `code cannot leave the function that it is the body of`() async throws {
        let loop = try await failure("}); while (true) {}; (function () {", ["timeout_ms": 200])
        #expect(loop?.code == .timeout)
        #expect(try await failure("}, 1); (function () { return 1")?.pointer == "/code")
    }
}
