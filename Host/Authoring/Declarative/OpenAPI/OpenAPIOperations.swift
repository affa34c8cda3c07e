import DeclarativeFormat
import PatchbayJSON

/// Makes actions out of a description's operations.
struct OpenAPIOperations {
    let references: OpenAPIReferences
    let security: OpenAPISecurity
    private(set) var notes: [String] = []
    private var ids: Set<String> = []

    init(references: OpenAPIReferences, security: OpenAPISecurity) {
        self.references = references
        self.security = security
    }

    /// Nil, with a note, for what cannot be taken over.
    mutating func action(_ path: String, _ method: String, _ operation: JSON, _ item: JSON) -> (
        id: String, action: JSON
    )? {
        let label = "\(method.uppercased()) \(path)"
        let id = unique(operation["operationId"]?.string ?? "\(method) \(path)")
        var inputs = OpenAPIInputs(references)
        var request: JSONObject = ["method": .string(method.uppercased())]
        do throws(AuthoringError) {
            let parameters = try self.parameters(operation, item)
            request["path"] = .string(try self.path(path, parameters, &inputs))
            request["query"] = try query(parameters, &inputs)
            request["headers"] = headers(parameters, &inputs)
            if method != "get" && method != "head" { try body(operation, &inputs, &request) }
        } catch {
            notes.append("\(label) was left out: \(error)")
            return nil
        }
        ids.insert(id)
        var action = JSONObject()
        action["title"] = (OpenAPIDocument.line(operation["summary"]?.string, longest: 120)).map(JSON.string)
        action["summary"] = .string(OpenAPIDocument.line(operation["description"]?.string, longest: 300) ?? "\(label).")
        if !security.slots.isEmpty { action["auth"] = .string(security.slot(for: operation)) }
        if !inputs.isEmpty { action["input"] = inputs.schema }
        action["request"] = .object(request)
        action["output"] = output(operation)
        if let docs = operation["externalDocs"]?["url"]?.string, docs.hasPrefix("http"), docs.utf8.count < 500 {
            action["docs"] = .string(docs)
        }
        return (id, .object(action))
    }

    private func unique(_ text: String) -> String {
        var base = OpenAPIName.snake(text)
        if base.isEmpty { base = "operation" }
        var (id, number) = (base, 2)
        while ids.contains(id) {
            id = "\(base.prefix(58))_\(number)"
            number += 1
        }
        return id
    }

    /// Those of the operation before those of its path, each place and name once.
    private func parameters(_ operation: JSON, _ item: JSON) throws(AuthoringError) -> [JSON] {
        var known: Set<String> = []
        var result: [JSON] = []
        for given in (operation["parameters"]?.array ?? []) + (item["parameters"]?.array ?? []) {
            let parameter = references.resolved(given)
            guard let name = parameter["name"]?.string, let place = parameter["in"]?.string else {
                throw AuthoringError("a parameter of it is a reference that leads nowhere in this file")
            }
            if known.insert("\(place) \(name)").inserted { result.append(parameter) }
        }
        return result
    }

    private func path(
        _ path: String, _ parameters: [JSON], _ inputs: inout OpenAPIInputs
    ) throws(AuthoringError) -> String {
        guard !path.contains("?"), !path.contains("#") else { throw AuthoringError("its path holds `?` or `#`") }
        var result = ""
        var rest = path[...]
        while let open = rest.firstIndex(of: "{") {
            result += rest[..<open]
            guard let close = rest[open...].firstIndex(of: "}") else {
                throw AuthoringError("its path has a brace too many")
            }
            let name = String(rest[rest.index(after: open)..<close])
            let parameter = parameters.first { $0["in"] == "path" && $0["name"]?.string == name }
            let input = inputs.add(
                name, parameter?["schema"] ?? ["type": "string"], parameter?["description"]?.string, isRequired: true,
                place: "path")
            result += "{{ input.\(input) }}"
            rest = rest[rest.index(after: close)...]
        }
        result += rest
        return result.hasPrefix("/") ? result : "/" + result
    }

    private func query(_ parameters: [JSON], _ inputs: inout OpenAPIInputs) throws(AuthoringError) -> JSON? {
        var query = JSONObject()
        for parameter in parameters where parameter["in"] == "query" {
            let name = parameter["name"]?.string ?? ""
            if security.secrets.contains(name.lowercased()) { continue }
            let isRequired = parameter["required"]?.bool ?? false
            let schema = parameter["schema"] ?? parameter["content"]?.object?.first?.value["schema"] ?? true
            let kind = inputs.kind(of: schema)
            if kind == "object" || parameter["content"] != nil {
                guard parameter["content"] != nil || isRequired else { continue }
                guard parameter["content"] != nil else {
                    throw AuthoringError("its parameter `\(name)` is an object, which no parameter holds here")
                }
                let input = inputs.add(
                    name, schema, parameter["description"]?.string, isRequired: isRequired, place: "query")
                query[name] = .string("{{ input.\(input) | json }}")
                continue
            }
            let input = inputs.add(
                name, schema, parameter["description"]?.string, isRequired: isRequired, place: "query")
            let separators: [String: String] = ["spaceDelimited": " ", "pipeDelimited": "|"]
            let separator = separators[parameter["style"]?.string ?? ""] ?? ","
            let isJoined = kind == "array" && parameter["explode"]?.bool == false
            query[name] = .string("{{ input.\(input)\(isJoined ? " | join('\(separator)')" : "") }}")
        }
        return query.isEmpty ? Optional<JSON>.none : .object(query)
    }

    private func headers(_ parameters: [JSON], _ inputs: inout OpenAPIInputs) -> JSON? {
        var headers = JSONObject()
        for parameter in parameters where parameter["in"] == "header" {
            let name = parameter["name"]?.string ?? ""
            let lower = name.lowercased()
            // As the specification says of the first three.
            if ["accept", "content-type", "authorization"].contains(lower) || security.secrets.contains(lower) {
                continue
            }
            guard !["object", "array"].contains(inputs.kind(of: parameter["schema"] ?? true)) else { continue }
            let input = inputs.add(
                name, parameter["schema"] ?? ["type": "string"], parameter["description"]?.string,
                isRequired: parameter["required"]?.bool ?? false, place: "header")
            headers[name] = .string("{{ input.\(input) }}")
        }
        return headers.isEmpty ? Optional<JSON>.none : .object(headers)
    }

    private func body(
        _ operation: JSON, _ inputs: inout OpenAPIInputs, _ request: inout JSONObject
    ) throws(AuthoringError) {
        guard let given = operation["requestBody"] else { return }
        let body = references.resolved(given)
        let isRequired = body["required"]?.bool ?? false
        let types = body["content"]?.object ?? [:]
        let media = { (type: String) in type.prefix { $0 != ";" }.lowercased() }
        if let json = types.first(where: {
            media($0.name) == "application/json" || media($0.name).hasSuffix("+json") || $0.name == "*/*"
        }) {
            request["json"] = inputs.add(body: json.value["schema"] ?? true, isRequired: isRequired)
            let type = media(json.name)
            if type.hasSuffix("+json") { setType(String(type), of: &request) }
        } else if let form = types.first(where: { media($0.name) == "application/x-www-form-urlencoded" }) {
            let made = inputs.add(body: form.value["schema"] ?? true, isRequired: isRequired)
            guard made.object != nil else { throw AuthoringError("its form has no named members") }
            request["form"] = made
        } else if let text = types.first(where: { media($0.name).hasPrefix("text/") || media($0.name).hasSuffix("xml") }
        ) {
            let input = inputs.add("body", ["type": "string"], nil, isRequired: true, place: "body")
            request["text"] = .string("{{ input.\(input) }}")
            setType(String(media(text.name)), of: &request)
        } else if !types.isEmpty, isRequired || types.count == 1 {
            throw AuthoringError(
                "its body is \(types.names.prefix(3).joined(separator: ", ")), which is not made without code")
        }
    }

    private func setType(_ type: String, of request: inout JSONObject) {
        var headers = request["headers"]?.object ?? [:]
        headers["Content-Type"] = .string(type)
        request["headers"] = .object(headers)
    }

    /// What the answer is, as far as it can be relied on: vendors' descriptions of answers are often stricter than their
    /// answers, and a workflow should not fail for that. So names, but no types.
    private func output(_ operation: JSON) -> JSON? {
        let responses = operation["responses"]?.object ?? [:]
        guard let success = responses.first(where: { $0.name.hasPrefix("2") })?.value,
            let content = references.resolved(success)["content"]?.object?.first(where: { $0.name.contains("json") }),
            let schema = content.value["schema"]
        else { return Optional<JSON>.none }
        let shape = OpenAPIInputs(references)
        let properties = shape.properties(of: schema)
        guard !properties.isEmpty else { return Optional<JSON>.none }
        var named = JSONObject()
        for member in properties.prefix(60) {
            let about = OpenAPIDocument.line(references.resolved(member.value)["description"]?.string, longest: 120)
            let described: JSON? = about.map { ["description": .string($0)] }
            named[member.name] = described ?? true
        }
        return ["type": ["object", "array", "string", "null"], "properties": .object(named)]
    }
}
