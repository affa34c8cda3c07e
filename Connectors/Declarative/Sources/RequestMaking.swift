import ConnectorSDK
import DeclarativeFormat
import PatchbayJSON

/// Makes an action's request out of its template.
struct RequestMaking {
    let template: RequestTemplate
    /// Without a slash at its end.
    let base: String

    func request(in scope: inout TemplateScope) throws(ConnectorError) -> HTTPRequest {
        do throws(TemplateError) {
            return try made(in: &scope)
        } catch {
            throw ConnectorError(error)
        }
    }

    private func made(in scope: inout TemplateScope) throws(TemplateError) -> HTTPRequest {
        let path = try template.path.path(in: &scope)
        var query: [(String, String?)] = []
        for member in template.query {
            for text in try texts(of: member, in: &scope) { query.append((member.name, text)) }
        }
        var headers: [(String, String)] = []
        for header in template.headers {
            // A header whose one value is missing is left out, as a parameter is.
            if header.value.whole != nil {
                guard let value = try header.value.value(in: &scope), !value.isNull else { continue }
                guard let text = value.scalarText else {
                    throw TemplateError(
                        "is of type \(value.kind), which cannot stand in a header",
                        path: header.value.whole?.paths.last ?? [])
                }
                headers.append((header.name, text))
            } else {
                headers.append((header.name, try header.value.text(in: &scope)))
            }
        }
        return HTTPRequest(
            HTTPRequest.Method(rawValue: template.method) ?? .get, base + path, query: query, headers: headers,
            body: try body(in: &scope), redirects: template.redirects)
    }

    private func body(in scope: inout TemplateScope) throws(TemplateError) -> HTTPRequest.Body {
        switch template.body {
        case .none: return .none
        case .json(let value): return .json(try value.value(in: &scope) ?? [:])
        case .text(let text): return .text(try text.text(in: &scope))
        case .form(let members):
            var pairs: [(String, String)] = []
            for member in members {
                for text in try texts(of: member, in: &scope) { pairs.append((member.name, text)) }
            }
            return .form(pairs)
        }
    }

    /// None for what is missing, one for a value, one each for an array's elements.
    private func texts(
        of member: ValueTemplate.Member, in scope: inout TemplateScope
    ) throws(TemplateError) -> [String] {
        guard let value = try member.value.value(in: &scope), !value.isNull else { return [] }
        var texts: [String] = []
        for element in value.array ?? [value] where !element.isNull {
            guard let text = element.scalarText else {
                throw TemplateError(
                    "is of type \(element.kind), and `\(member.name)` needs a text, a number or a truth value",
                    path: member.path)
            }
            texts.append(text)
        }
        return texts
    }
}

extension ValueTemplate.Member {
    /// What its value is made of; empty when that is not one path.
    fileprivate var path: [String] {
        guard case .text(let template) = value else { return [] }
        return template.whole?.paths.last ?? []
    }
}

enum BaseAddress {
    /// The address, without a slash at its end.
    static func render(_ template: Template, in scope: inout TemplateScope) throws(ConnectorError) -> String {
        var address: String
        do throws(TemplateError) {
            address = try template.text(in: &scope)
        } catch {
            throw ConnectorError(error)
        }
        while address.hasSuffix("/") { address.removeLast() }
        let isAddress = ["https://", "http://"].contains { address.hasPrefix($0) && address.count > $0.count }
        guard isAddress, !address.contains("?"), !address.contains("#") else {
            throw ConnectorError(
                .config,
                "The address `\(address.prefix(200))` needs to begin with https:// or http:// and to be without "
                    + "parameters. Correct the connector's settings.", effect: .none)
        }
        return address
    }
}
