import ConnectorSDK
import DeclarativeFormat
import PatchbayJSON

/// Reads an action's answers: errors first, then the body, then what is made of it.
struct AnswerReading {
    let action: ActionDocument

    /// The part of the body that counts. Throws what the answer means when it is an error.
    func body(of response: HTTPResponse, _ scope: TemplateScope) throws(ConnectorError) -> JSON {
        let isSuccess = action.response.success.contains { $0.contains(response.status) }
        let whole = try read(response, mustFit: isSuccess)
        if let rule = action.errors.first(where: { matches($0, response, whole) }) {
            throw error(of: response, whole, by: rule, scope)
        }
        guard isSuccess else { throw error(of: response, whole, by: nil, scope) }
        guard let selected = whole.value(at: action.response.select) else {
            throw ConnectorError(
                .upstream, "The answer has no `\(action.response.select)`.", httpStatus: response.status,
                detail: ["body": .string(String(response.text.prefix(500)))])
        }
        return selected
    }

    /// Makes the answer known to templates.
    func describe(_ response: HTTPResponse, _ body: JSON, in scope: inout TemplateScope) {
        var headers = JSONObject()
        for (name, value) in response.headers where headers[name] == nil { headers[name] = .string(value) }
        scope.roots["headers"] = .object(headers)
        scope.roots["status"] = .int(Int64(response.status))
        scope.roots["body"] = body
    }

    /// What the call gives. Throws when it lacks what the document promises to those who build on it.
    func output(else body: JSON, in scope: inout TemplateScope) throws(ConnectorError) -> JSON {
        guard let template = action.response.output else { return try held(body) }
        let output: JSON
        do throws(TemplateError) {
            output = try template.value(in: &scope) ?? .null
        } catch {
            throw afterwards(ConnectorError(error))
        }
        return try held(output)
    }

    /// Only what a schema says of the whole: its type, and the members that are required.
    private func held(_ output: JSON) throws(ConnectorError) -> JSON {
        guard action.output["type"]?.string == "object" else { return output }
        guard let members = output.object else {
            throw afterwards(
                ConnectorError(.upstream, "The answer gives \(output.kind) where the action's output is an object."))
        }
        let missing = (action.output["required"]?.array ?? []).compactMap(\.string).filter { members[$0] == nil }
        guard missing.isEmpty else {
            let names = missing.map { "`\($0)`" }.joined(separator: ", ")
            throw afterwards(
                ConnectorError(
                    .upstream,
                    "The answer gives no \(names), which the action's output requires. "
                        + "A `?` behind the member's type makes it optional."))
        }
        return output
    }

    /// The request has been carried out, whatever is wrong with what was made of the answer.
    private func afterwards(_ error: ConnectorError) -> ConnectorError {
        var failure = error
        failure.effect = action.effect == "read" ? .none : .applied
        failure.retry = .no
        return failure
    }

    private func read(_ response: HTTPResponse, mustFit: Bool) throws(ConnectorError) -> JSON {
        switch action.response.reading {
        case .text: return .string(response.text)
        case .base64: return .string(base64(response.body))
        case .json:
            if !mustFit { return (try? response.json()) ?? .string(response.text) }
            return try response.json()
        case .auto:
            guard !response.body.isEmpty else { return .null }
            let type = response.header("content-type")?.lowercased() ?? ""
            guard type.contains("json") || type.isEmpty else { return .string(response.text) }
            if let json = try? response.json() { return json }
            guard mustFit, type.contains("json") else { return .string(response.text) }
            return try response.json()
        }
    }

    private func matches(_ rule: ErrorRule, _ response: HTTPResponse, _ body: JSON) -> Bool {
        guard rule.statuses.isEmpty || rule.statuses.contains(where: { $0.contains(response.status) }) else {
            return false
        }
        return rule.body.allSatisfy { pointer, wanted in
            guard let found = body.value(at: pointer) else { return false }
            guard let wanted else { return !found.isNull && found != false }
            return found == wanted
        }
    }

    private func error(
        of response: HTTPResponse, _ body: JSON, by rule: ErrorRule?, _ scope: TemplateScope
    ) -> ConnectorError {
        var scope = scope
        describe(response, body, in: &scope)
        let said = VendorWords.message(in: body)
        var text = "The server answered with status \(response.status)" + (said.map { ": \($0)" } ?? ".")
        if let template = rule?.message { text = template.message(in: scope, longest: 1_000) }
        var error = ConnectorError(response, text)
        if let code = rule?.code, let index = ErrorRule.codes.firstIndex(of: code),
            let known = ConnectorError.Code(rawValue: Int32(index))
        {
            error.code = known
        }
        if let isRetryable = rule?.isRetryable { error.retry = isRetryable ? .yes : .no }
        if let wait = rule?.wait { error.retryAfter = duration(wait, response, body) ?? error.retryAfter }
        let vendorCode = rule?.vendorCode?.message(in: scope, longest: 200) ?? ""
        error.vendorCode = vendorCode.isEmpty ? VendorWords.code(in: body) : vendorCode
        error.pointer = rule?.pointer
        return error
    }

    private func duration(_ wait: ErrorRule.Wait, _ response: HTTPResponse, _ body: JSON) -> Duration? {
        switch wait {
        case .seconds(let seconds): return .seconds(seconds)
        case .header(let name):
            guard name.lowercased() != "retry-after" else { return response.retryAfter }
            return response.header(name).flatMap { seconds(.string($0)) }
        case .body(let pointer): return body.value(at: pointer).flatMap(seconds)
        }
    }

    private func seconds(_ json: JSON) -> Duration? {
        let number = json.double ?? json.string.flatMap { try? JSON(parsing: $0).double }
        guard let number, number >= 0 else { return nil }
        return .milliseconds(Int64(min(number, 86_400) * 1_000))
    }
}

/// Where vendors usually say what is wrong.
enum VendorWords {
    private static let messages = [
        "/message", "/error/message", "/error_description", "/error", "/errors/0/message", "/errors/0/detail",
        "/errors/0/title", "/errors/0", "/detail", "/title", "/msg",
    ].compactMap { JSONPointer($0) }
    private static let codes = ["/error/code", "/code", "/error/type", "/errors/0/code", "/error"]
        .compactMap { JSONPointer($0) }

    static func message(in body: JSON) -> String? {
        first(of: messages, in: body).map { $0.count > 500 ? $0.prefix(500) + "…" : $0 }
    }

    static func code(in body: JSON) -> String? {
        first(of: codes, in: body).flatMap { $0.count <= 100 && !$0.contains(" ") ? $0 : nil }
    }

    private static func first(of pointers: [JSONPointer], in body: JSON) -> String? {
        pointers.lazy.compactMap { body.value(at: $0)?.scalarText }.first { !$0.isEmpty }
    }
}
