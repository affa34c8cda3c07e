package import PatchbayJSON
import PatchbaySchemas
import Synchronization

/// An OpenAPI document that answers are held against.
package final class APIContract: Sendable {
    package struct Operation: Sendable {
        /// In capitals.
        package let method: String
        /// With `{name}` for what varies.
        package let path: String
        package let json: JSON
        let parameters: [JSON]
        fileprivate let parts: [Substring]

        package var isOpen: Bool { json["security"]?.array?.isEmpty ?? false }
    }

    package let document: JSON
    package let operations: [Operation]
    private let definitions: JSON
    private let schemas: Mutex<[String: Schema]> = Mutex([:])

    package init(_ document: JSON) {
        self.document = document
        let schemas = document["components"]?["schemas"] ?? [:]
        definitions = Self.rewritten(schemas)
        operations = (document["paths"]?.object ?? [:]).flatMap { path in
            (path.value.object ?? [:]).filter { $0.name != "parameters" }.map { operation in
                Operation(
                    method: operation.name.uppercased(), path: path.name, json: operation.value,
                    parameters: (path.value["parameters"]?.array ?? []) + (operation.value["parameters"]?.array ?? []),
                    parts: path.name.split(separator: "/"))
            }
        }
    }

    /// What of an answer the document does not say. What has no operation, such as an unknown path, is not judged.
    package func violations(
        _ method: String, _ target: String, status: Int, type: String?, body: [UInt8]
    ) -> [String] {
        guard let operation = operation(method == "HEAD" ? "GET" : method, target) else { return [] }
        let responses = operation.json["responses"]
        guard let response = responses?["\(status)"] ?? responses?["default"] else {
            let code = (try? JSON(parsing: body))?["error"]?["code"]?.string ?? ""
            return ["the status \(status) is not documented \(code)"]
        }
        if method == "HEAD" { return [] }
        guard let content = response["content"]?.object else {
            return body.isEmpty ? [] : ["the status \(status) has no content by the document"]
        }
        if content["*/*"] != nil { return [] }
        guard type?.hasPrefix("application/json") == true, let schema = content["application/json"]?["schema"] else {
            return ["the content is \(type ?? "of no type"), and the document knows \(content.map(\.name))"]
        }
        guard let json = try? JSON(parsing: body) else { return ["the content is no JSON"] }
        do {
            return try compiled(schema, key: "\(operation.method) \(operation.path) \(status)").validate(json).map {
                "status \(status) \(json["error"]?["code"]?.string ?? ""), at \($0.instance): \($0.message)"
            }
        } catch {
            return ["the schema cannot be used: \(error)"]
        }
    }

    /// The most literal path that fits.
    package func operation(_ method: String, _ target: String) -> Operation? {
        let path = target.prefix { $0 != "?" && $0 != "#" }
        let parts = path.split(separator: "/")
        let fitting = operations.filter { operation in
            guard operation.method == method else { return false }
            if operation.parts.last == "{path}" { return parts.count > 1 && parts[0] == operation.parts[0] }
            return operation.parts.count == parts.count
                && zip(operation.parts, parts).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
        return fitting.min { $0.parts.count { $0.hasPrefix("{") } < $1.parts.count { $0.hasPrefix("{") } }
    }

    /// All schemas of the document, compiled; throws what is wrong with one.
    package func compileAll() throws {
        for operation in operations {
            for response in operation.json["responses"]?.object ?? [:] {
                for media in response.value["content"]?.object ?? [:] {
                    _ = try Schema(whole(media.value["schema"] ?? [:]))
                }
            }
            for media in operation.json["requestBody"]?["content"]?.object ?? [:] {
                _ = try Schema(whole(media.value["schema"] ?? [:]))
            }
            for parameter in operation.parameters { _ = try Schema(whole(parameter["schema"] ?? [:])) }
        }
    }

    /// A schema of the document by its name.
    func definition(_ reference: String) -> JSON {
        document["components"]?["schemas"]?[String(reference.split(separator: "/").last ?? "")] ?? [:]
    }

    private func compiled(_ schema: JSON, key: String) throws -> Schema {
        if let known = schemas.withLock({ $0[key] }) { return known }
        let made = try Schema(whole(schema))
        schemas.withLock { $0[key] = made }
        return made
    }

    private func whole(_ schema: JSON) -> JSON {
        var object = Self.rewritten(schema).object ?? [:]
        object["$defs"] = definitions
        return .object(object)
    }

    /// References as they are within one schema.
    private static func rewritten(_ schema: JSON) -> JSON {
        switch schema {
        case .object(let object):
            return .object(
                object.reduce(into: JSONObject()) { result, member in
                    if member.name == "$ref", let text = member.value.string {
                        result["$ref"] = .string(text.replacing("#/components/schemas/", with: "#/$defs/"))
                    } else {
                        result[member.name] = rewritten(member.value)
                    }
                })
        case .array(let list): return .array(list.map(rewritten))
        default: return schema
        }
    }
}
