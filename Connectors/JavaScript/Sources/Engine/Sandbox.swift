import CJavaScriptCore
import ConnectorSDK
import Glibc
import PatchbayJSON

/// An engine of its own for one call: nothing that code does to the language's objects reaches another call.
final class Sandbox {
    private let group: JSContextGroupRef
    private let context: JSGlobalContextRef

    /// The engine takes its options from the environment, once, when the first of its groups is made; afterwards the
    /// environment is as it was. It compiles nothing to machine code, which is what most of its faults were about, and makes
    /// one thread for collecting garbage. What it keeps is SIGUSR1, by which that thread stops the one that runs code.
    private static let isPrepared: Bool = {
        let options = ["JSC_useJIT": "0", "JSC_useWasm": "0", "JSC_numberOfGCMarkers": "1"]
        for (name, value) in options { setenv(name, value, 1) }
        defer { for name in options.keys { unsetenv(name) } }
        guard let first = JSContextGroupCreate() else { return false }
        JSContextGroupRelease(first)
        return true
    }()

    init() throws(ConnectorError) {
        guard Self.isPrepared, let group = JSContextGroupCreate(),
            let context = JSGlobalContextCreateInGroup(group, nil)
        else {
            throw ConnectorError(.unavailable, "There is no memory for another engine.", effect: .none)
        }
        self.group = group
        self.context = context
    }

    deinit {
        JSGlobalContextRelease(context)
        JSContextGroupRelease(group)
    }

    /// Runs code as the body of an asynchronous function of `input`.
    func run(_ code: String, input: JSON, under watch: Watch) throws(ConnectorError) -> Outcome {
        let prelude = try evaluate(Prelude.source)
        ask(watch, of: group)
        // The code begins on a line of its own, so that its columns are its own; its lines are one less than the engine's.
        let function: JSValueRef
        switch attempt("(async function (input) {\"use strict\";\n\(code)\n})") {
        case .success(let value): function = value
        case .failure(let thrown): throw watch.failure ?? thrown.error
        }
        let arguments = [function, string(input.text)]
        if case .failure(let thrown) = call("run", of: prelude, arguments) { throw watch.failure ?? thrown.error }
        // What is waited for is done when the call returns: the engine then empties its queue.
        if let failure = watch.failure { throw failure }
        guard case .success(let text) = call("report", of: prelude, []),
            let report = try? JSON(parsing: self.text(text))
        else { throw watch.failure ?? ConnectorError(.internalError, "The engine gave no report.", effect: .none) }
        var result = JSON.null
        if report["state"] == "done" {
            guard case .success(let value) = call("result", of: prelude, []) else {
                throw watch.failure ?? ConnectorError(.internalError, "The engine gave no result.", effect: .none)
            }
            do throws(JSONError) {
                result = try JSON(parsing: self.text(value), limits: JSONLimits(depth: 256, bytes: Self.largestResult))
            } catch {
                throw .invalid("/code", "returns what cannot be an output: \(error.message)")
            }
        }
        return Outcome(report: report, result: result)
    }

    /// Bytes.
    private static let largestResult = 16 << 20

    /// What code has thrown, before it became a promise.
    private struct Thrown: Error {
        var error: ConnectorError
    }

    private func evaluate(_ source: String) throws(ConnectorError) -> JSObjectRef {
        guard case .success(let value) = attempt(source), let object = JSValueToObject(context, value, nil) else {
            throw ConnectorError(.internalError, "The engine does not run its own prelude.", effect: .none)
        }
        return object
    }

    private func attempt(_ source: String) -> Result<JSValueRef, Thrown> {
        var exception: JSValueRef?
        let value = withString(source) { JSEvaluateScript(context, $0, nil, nil, 1, &exception) }
        return result(value, exception)
    }

    private func call(_ name: String, of object: JSObjectRef, _ arguments: [JSValueRef?]) -> Result<JSValueRef, Thrown>
    {
        var exception: JSValueRef?
        let member = withString(name) { JSObjectGetProperty(context, object, $0, &exception) }
        guard let member, let function = JSValueToObject(context, member, nil) else { return result(nil, exception) }
        let value = JSObjectCallAsFunction(context, function, object, arguments.count, arguments, &exception)
        return result(value, exception)
    }

    private func result(_ value: JSValueRef?, _ exception: JSValueRef?) -> Result<JSValueRef, Thrown> {
        if let value, exception == nil { return .success(value) }
        return .failure(Thrown(error: error(exception)))
    }

    /// A syntax error, mostly: what the code throws when it runs comes by its promise.
    private func error(_ exception: JSValueRef?) -> ConnectorError {
        guard let exception else { return ConnectorError(.internalError, "The engine gave nothing.", effect: .none) }
        var failure: JSONObject = ["message": .string(text(exception))]
        if JSValueIsObject(context, exception), let object = JSValueToObject(context, exception, nil) {
            for name in ["line", "column"] {
                let value = withString(name) { JSObjectGetProperty(context, object, $0, nil) }
                if let value, JSValueIsNumber(context, value) {
                    failure[name] = Int64(exactly: JSValueToNumber(context, value, nil)).map(JSON.int)
                }
            }
        }
        return Outcome.error(.object(failure), lines: [])
    }

    private func string(_ text: String) -> JSValueRef? { withString(text) { JSValueMakeString(context, $0) } }

    private func withString<Result>(_ text: String, _ body: (JSStringRef?) -> Result) -> Result {
        let units = Array(text.utf16)
        let string = JSStringCreateWithCharacters(units, units.count)
        defer { JSStringRelease(string) }
        return body(string)
    }

    private func text(_ value: JSValueRef) -> String {
        guard let string = JSValueToStringCopy(context, value, nil) else { return "" }
        defer { JSStringRelease(string) }
        let units = UnsafeBufferPointer(start: JSStringGetCharactersPtr(string), count: JSStringGetLength(string))
        return String(decoding: units, as: UTF16.self)
    }
}

/// Lets the engine ask the watch from time to time whether what runs must end.
private func ask(_ watch: Watch, of group: JSContextGroupRef) {
    // The watch outlives the engine.
    ask(Unmanaged.passUnretained(watch).toOpaque(), of: group)
}

private func ask(_ watch: UnsafeMutableRawPointer, of group: JSContextGroupRef) {
    // Seconds.
    JSContextGroupSetExecutionTimeLimit(group, 0.01, { mustEnd($0, $1) }, watch)
}

/// The engine asks once for each limit that is set, so every answer but the last sets the next one.
private func mustEnd(_ context: JSContextRef?, _ user: UnsafeMutableRawPointer?) -> Bool {
    guard let context, let user, let group = JSContextGetGroup(context) else { return true }
    guard Unmanaged<Watch>.fromOpaque(user).takeUnretainedValue().look() == nil else { return true }
    ask(user, of: group)
    return false
}
