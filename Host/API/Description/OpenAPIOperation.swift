import HTTPTypes
import PatchbayCore
import PatchbayJSON

/// One route in the document.
struct OpenAPIOperation {
    private let description: Description
    /// Nil for what stands outside of `/api/v1`.
    private let rule: AccessTable.Rule?

    init(_ description: Description, rule: AccessTable.Rule?) {
        self.description = description
        self.rule = rule
    }

    /// With `{name}` for what varies.
    var path: String {
        let parts = description.path.split(separator: "/").map { part in
            part == "**" ? "{path}" : part.hasPrefix(":") ? "{\(part.dropFirst())}" : String(part)
        }
        return (rule == nil ? "/" : "/api/v1/") + parts.joined(separator: "/")
    }

    var method: String { description.method.rawValue.lowercased() }

    /// Of the path; its operations share them.
    var pathParameters: JSON {
        .array(
            path.split(separator: "/").filter { $0.hasPrefix("{") }.map { part in
                [
                    "name": .string(String(part.dropFirst().dropLast())), "in": "path", "required": true,
                    "schema": ["type": "string", "minLength": 1],
                ]
            })
    }

    var json: JSON {
        var operation: JSONObject = [
            "operationId": .string(name), "summary": .string(description.summary),
            "tags": [.string(description.tag.rawValue)],
        ]
        if !description.about.isEmpty { operation["description"] = .string(description.about) }
        let parameters = parameters
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        operation["requestBody"] = requestBody
        operation["responses"] = .object(responses)
        operation["security"] = isGuarded ? [["key": []], ["session": []]] : []
        if case .needs(let permissions)? = rule?.access {
            operation["x-permissions"] = .array(permissions.map { .string($0.rawValue) })
        }
        return .object(operation)
    }

    private var isGuarded: Bool { rule.map { $0.access != .open } ?? false }

    /// `get /workflows/{id}` is `getWorkflowsById`.
    private var name: String {
        let words = description.path.split(separator: "/").flatMap { part -> [Substring] in
            if part == "**" { return ["by", "path"] }
            if part.hasPrefix(":") { return ["by", part.dropFirst()] }
            return part.split { !$0.isLetter && !$0.isNumber }
        }
        return method + (words.isEmpty ? ["root"] : words).map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    // MARK: Requests

    private var parameters: [JSON] {
        func parameter(_ parameter: Description.Parameter, in place: String) -> JSON {
            [
                "name": .string(parameter.name), "in": .string(place), "description": .string(parameter.about),
                "schema": .object(parameter.shape.schema),
            ]
        }
        let tenant = Description.Parameter("X-Tenant-ID", .id("ten"), "Which of the caller's tenants is meant.")
        return (description.query ?? []).map { parameter($0, in: "query") }
            + (description.headers + (isGuarded ? [tenant] : [])).map { parameter($0, in: "header") }
    }

    private var requestBody: JSON? {
        func content(_ type: String, _ shape: Shape) -> JSONObject {
            [type: ["schema": .object(shape.schema)]]
        }
        switch description.body {
        case nil: return nil
        case .json(let shape)?:
            return ["required": true, "content": .object(content("application/json", shape))]
        case .optional(let shape)?:
            return ["required": false, "content": .object(content("application/json", shape))]
        case .media(let types)?:
            var all: JSONObject = [:]
            for (type, shape) in types { all[type] = content(type, shape)[type] }
            return ["required": true, "content": .object(all)]
        case .anything?: return ["required": false, "content": .object(content("*/*", .any))]
        }
    }

    // MARK: Answers

    private var responses: JSONObject {
        var responses: JSONObject = [:]
        for answer in description.answers {
            responses[answer.status == 0 ? "default" : "\(answer.status)"] = json(answer)
        }
        let byStatus = Dictionary(grouping: errors) { $0.status.code }
        for (status, codes) in byStatus.sorted(by: { $0.key < $1.key }) {
            responses["\(status)"] = json(codes, status)
        }
        return responses
    }

    private func json(_ answer: Description.Answer) -> JSON {
        var response: JSONObject = ["description": .string(answer.about)]
        response["headers"] = .object(headers(answer.headers))
        if let shape = answer.shape {
            let type = answer.isAnything ? "*/*" : "application/json"
            response["content"] = .object([type: ["schema": .object(shape.schema)]])
        }
        return .object(response)
    }

    private func json(_ codes: [APIError.Code], _ status: Int) -> JSON {
        let words = Set(codes.map(\.rawValue)).sorted()
        let own: [String] =
            switch status {
            case 401: ["WWW-Authenticate"]
            case 405: ["Allow"]
            case 412: ["ETag"]
            case 429: ["Retry-After"]
            default: []
            }
        return [
            "description": .string(words.joined(separator: ", ")), "headers": .object(headers(own)),
            "content": [
                "application/json": [
                    "schema": [
                        "$ref": "#/components/schemas/Error",
                        "properties": [
                            "error": ["properties": ["code": ["enum": .array(words.map(JSON.string))]]]
                        ],
                    ]
                ]
            ],
        ]
    }

    private func headers(_ own: [String]) -> JSONObject {
        var headers: JSONObject = ["X-Request-ID": ["$ref": "#/components/headers/RequestID"]]
        if rule != nil || description.tag == .webhooks {
            headers["X-RateLimit-Limit"] = ["$ref": "#/components/headers/Limit"]
            headers["X-RateLimit-Remaining"] = ["$ref": "#/components/headers/Remaining"]
            headers["X-RateLimit-Reset"] = ["$ref": "#/components/headers/Reset"]
        }
        for name in own { headers[name] = ["schema": ["type": "string"]] }
        return headers
    }

    /// What comes with what the route takes and who may call it, and what is its own.
    private var errors: [APIError.Code] {
        var codes = description.errors + [.internalError]
        if description.query != nil || !description.headers.isEmpty { codes.append(.validation) }
        switch description.body {
        case .json?, .optional?, .media?:
            codes += [.invalidJSON, .validation, .bodyTooLarge, .unsupportedMediaType]
        case nil, .anything?: break
        }
        guard let rule else { return codes }
        codes.append(.rateLimited)
        guard rule.access != .open else { return codes }
        codes += [.unauthorized, .tenantNotFound]
        if case .needs = rule.access { codes += [.forbidden, .tenantRequired] }
        // Keys that are limited to workflows.
        if rule.reach != .none { codes.append(.forbidden) }
        if !Gate.isSafe(description.method) { codes += [.csrfTokenInvalid, .auditUnavailable] }
        return codes
    }
}
