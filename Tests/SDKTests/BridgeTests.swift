import CPatchbay
import ConnectorSDK
import PatchbayJSON
import Synchronization
import Testing

/// The sample connector behind its entry, and a host that looks on.
///
/// Unchecked: the module's table is written before anything else happens.
private struct Bench: @unchecked Sendable {
    let host: FakeHost
    let module: pb_module

    init(offersHTTP: Bool = true, answer: FakeHost.Answer = .hang) {
        host = FakeHost(offersHTTP: offersHTTP)
        host.state.withLock { $0.answer = answer }
        var module = pb_module()
        module.size = UInt32(MemoryLayout<pb_module>.size)
        _ = enterConnector(sample, 0, &module, nil, 0)
        self.module = module
        _ = module.start(module.context, host.table)
    }

    func invoke(_ operation: String, _ input: String, call: pb_call = 1) -> Int32 {
        var status: Int32 = 0
        lend([operation, input, #"{"base_url":"https://api.example.com/v2"}"#, "account", "key-1"]) { slices in
            var invocation = pb_invocation()
            invocation.size = UInt32(MemoryLayout<pb_invocation>.size)
            invocation.attempt = 1
            invocation.call = call
            invocation.deadline_ms = 4_102_444_800_000
            invocation.operation = slices[0]
            invocation.input = slices[1]
            invocation.settings = slices[2]
            invocation.credential = slices[3]
            invocation.idempotency_key = slices[4]
            status = module.invoke(module.context, &invocation)
        }
        return status
    }
}

@Suite(.timeLimit(.minutes(5))) struct BridgeTests {
    @Test func `a call that has nothing to wait for is complete when invoke returns`() {
        let bench = Bench()
        #expect(bench.invoke("echo", #"{"text":"hé"}"#) == PB_OK)
        let endings = bench.host.state.withLock { $0.endings[1] }
        #expect(endings == [FakeHost.Ending(output: ["text": "hé", "key": "key-1"])])
        #expect(bench.host.state.withLock { $0.logs } == [#"1 echoing {"length":2}"#])
        #expect(bench.host.state.withLock { $0.progress } == [#"{"fraction":0.5,"message":"half"}"#])
    }

    @Test func `an error tells all it knows`() async {
        let bench = Bench()
        #expect(bench.invoke("fail", #"{"how":"limit"}"#) == PB_OK)
        let ending = await bench.host.ending(of: 1)
        #expect(
            ending
                == FakeHost.Ending(
                    code: Int32(PB_CODE_RATE_LIMITED), message: "Too many.", retry: Int32(PB_RETRY_YES),
                    effect: Int32(PB_EFFECT_NONE), retryAfter: 1500, httpStatus: 429, vendorCode: "slow_down",
                    detail: #"{"limit":5}"#, pointer: "/how"))
    }

    @Test func `an error of another type says no more than its type`() async {
        let bench = Bench()
        _ = bench.invoke("fail", #"{"how":"odd"}"#)
        let ending = await bench.host.ending(of: 1)
        #expect(ending.code == PB_CODE_INTERNAL)
        #expect(ending.message.contains("Odd"))
    }

    @Test func `input that does not fit names what is wrong`() async {
        let bench = Bench()
        _ = bench.invoke("echo", #"{"txet":"x"}"#)
        let ending = await bench.host.ending(of: 1)
        #expect(ending.code == PB_CODE_INVALID_INPUT)
        #expect(ending.effect == PB_EFFECT_NONE)
        #expect(ending.pointer == "/text")
        #expect(ending.message.contains("`/txet` is unknown; known are text"))
    }

    @Test func `an unknown operation and a text that is no JSON are refused without a completion`() {
        let bench = Bench()
        #expect(bench.invoke("sing", "{}") == PB_UNSUPPORTED)
        #expect(bench.invoke("echo", "{") == PB_INVALID)
        #expect(bench.host.state.withLock { $0.endings.isEmpty })
    }

    @Test func `a request passes the border as it was meant`() async {
        let bench = Bench(answer: .response(status: 200, headers: "content-type: text/json\nx: a: b\n", body: "[1]"))
        _ = bench.invoke("fetch", #"{"path":"/things?a=b","query":"a b&c=ü"}"#)
        let ending = await bench.host.ending(of: 1)
        #expect(ending.output == ["status": 200, "body": [1], "type": "text/json"])
        let sent = bench.host.state.withLock { $0.sent }
        #expect(
            sent == [
                FakeHost.Sent(
                    method: "POST", url: "https://api.example.com/v2/things?a=b&q=a%20b%26c%3D%C3%BC",
                    headers: "X-Test: yes\nContent-Type: application/json\n", body: #"{"a":1}"#, credential: "account",
                    redirects: 2)
            ])
    }

    @Test(arguments: [
        (401, PB_CODE_AUTH_DENIED, PB_EFFECT_NONE), (404, PB_CODE_NOT_FOUND, PB_EFFECT_NONE),
        (409, PB_CODE_CONFLICT, PB_EFFECT_NONE), (422, PB_CODE_INVALID_INPUT, PB_EFFECT_NONE),
        (408, PB_CODE_TIMEOUT, PB_EFFECT_UNKNOWN), (429, PB_CODE_RATE_LIMITED, PB_EFFECT_NONE),
        (500, PB_CODE_UNAVAILABLE, PB_EFFECT_UNKNOWN), (501, PB_CODE_UNSUPPORTED, PB_EFFECT_UNKNOWN),
        (503, PB_CODE_UNAVAILABLE, PB_EFFECT_UNKNOWN),
    ])
    func `a status says how it failed`(status: Int, code: Int, effect: Int) async {
        let bench = Bench(answer: .response(status: Int32(status), headers: "retry-after: 3\n", body: "no"))
        _ = bench.invoke("fetch", #"{"path":"/x"}"#)
        let ending = await bench.host.ending(of: 1)
        #expect(ending.code == code)
        #expect(ending.effect == effect)
        #expect(ending.httpStatus == status)
        #expect(ending.retryAfter == 3000)
    }

    @Test func `an answer that is not JSON is shown in part`() async {
        let bench = Bench(answer: .response(status: 200, headers: "", body: "<html>"))
        _ = bench.invoke("fetch", #"{"path":"/x"}"#)
        let ending = await bench.host.ending(of: 1)
        #expect(ending.code == PB_CODE_UPSTREAM)
        #expect(ending.detail == #"{"body":"<html>"}"#)
    }

    @Test func `a request that got no answer fails as the host says`() async {
        let bench = Bench(answer: .failure(code: Int32(PB_CODE_UNAVAILABLE), message: "cannot connect"))
        _ = bench.invoke("fetch", #"{"path":"/x"}"#)
        let ending = await bench.host.ending(of: 1)
        #expect(ending.code == PB_CODE_UNAVAILABLE)
        #expect(ending.message == "cannot connect")
    }

    @Test(arguments: [
        (PB_DENIED, PB_CODE_CONFIG), (PB_INVALID, PB_CODE_INVALID_INPUT), (PB_STALE, PB_CODE_CANCELLED),
        (PB_BUSY, PB_CODE_UNAVAILABLE),
    ])
    func `a request that the host refuses fails the call`(status: Int, code: Int) async {
        let bench = Bench(answer: .refusal(Int32(status)))
        _ = bench.invoke("fetch", #"{"path":"/x?token=t"}"#)
        let ending = await bench.host.ending(of: 1)
        #expect(ending.code == code)
        #expect(!ending.message.contains("token"))
    }

    @Test func `a header with a line break never leaves`() async {
        let bench = Bench(answer: .response(status: 200, headers: "", body: "{}"))
        _ = bench.invoke("fetch", #"{"path":"/x","header":"a\nHost: evil"}"#)
        let ending = await bench.host.ending(of: 1)
        #expect(ending.code == PB_CODE_INVALID_INPUT)
        #expect(bench.host.state.withLock { $0.sent.isEmpty })
    }

    @Test func `a host without HTTP is told apart`() async {
        let bench = Bench(offersHTTP: false)
        _ = bench.invoke("fetch", #"{"path":"/x"}"#)
        #expect(await bench.host.ending(of: 1).code == PB_CODE_UNSUPPORTED)
    }

    @Test func `a cancelled call aborts its request and ends as cancelled, once`() async {
        let bench = Bench()
        #expect(bench.invoke("wait", "{}") == PB_OK)
        await bench.host.requestHangs()
        bench.module.cancel(bench.module.context, 1, Int32(PB_CANCEL_REQUESTED))
        bench.module.cancel(bench.module.context, 1, Int32(PB_CANCEL_REQUESTED))
        #expect(await bench.host.ending(of: 1).code == PB_CODE_CANCELLED)
        #expect(bench.host.state.withLock { $0.aborted } == [77])
        #expect(bench.host.state.withLock { $0.endings[1]?.count } == 1)
        bench.module.cancel(bench.module.context, 99, Int32(PB_CANCEL_REQUESTED))
    }

    @Test func `a drained module ends what runs and takes nothing new`() async {
        let bench = Bench()
        _ = bench.invoke("wait", "{}")
        await bench.host.requestHangs()
        let drained = Mutex(false)
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let box = Unmanaged.passRetained(Drained { continuation.resume() })
            bench.module.drain(
                bench.module.context,
                { user in Unmanaged<Drained>.fromOpaque(user!).takeRetainedValue().done() }, box.toOpaque())
            drained.withLock { $0 = true }
            #expect(bench.invoke("echo", #"{"text":"x"}"#, call: 2) == PB_CLOSING)
            bench.module.cancel(bench.module.context, 1, Int32(PB_CANCEL_SHUTDOWN))
        }
        #expect(await bench.host.ending(of: 1).code == PB_CODE_CANCELLED)
    }

    @Test func `a thousand calls at once each end once`() async {
        let bench = Bench(answer: .response(status: 200, headers: "", body: "{}"))
        await withTaskGroup(of: Void.self) { group in
            for call in 1...1000 {
                group.addTask {
                    _ = bench.invoke("fetch", #"{"path":"/x"}"#, call: pb_call(call))
                    #expect(await bench.host.ending(of: pb_call(call)).output?["status"] == 200)
                }
            }
        }
        #expect(bench.host.state.withLock { $0.endings.values.allSatisfy { $0.count == 1 } })
    }

    @Test func `the entry fills no more than the host has room for`() {
        var module = pb_module()
        let first = UInt32(MemoryLayout<pb_module>.offset(of: \.manifest)!)
        module.size = first
        #expect(enterConnector(sample, 0, &module, nil, 0) == PB_OK)
        #expect(module.size == first)
        #expect(text(module.id) == "sample")
        #expect(text(module.version) == "1.2.3")
        #expect(module.manifest == nil)
    }

    @Test func `the manifest that the library tells is the connector's`() throws {
        let bench = Bench()
        let told = bench.module.manifest(bench.module.context)
        #expect(try JSON(parsing: text(told)) == sample.manifest)
        #expect(bench.module.manifest(bench.module.context).data == told.data)
    }
}

private final class Drained: Sendable {
    let done: @Sendable () -> Void
    init(_ done: @escaping @Sendable () -> Void) { self.done = done }
}
