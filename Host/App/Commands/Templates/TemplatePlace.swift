import ArgumentParser
import PatchbayCore
import PatchbayJSON

/// A running host that is asked about templates: what checks, installs and merges them is there.
struct TemplatePlace: ParsableArguments {
    @OptionGroup var options: HostOptions
    @OptionGroup var reach: TenantOptions

    @Option(name: .customLong("host"), help: "Address of the host; its key is PATCHBAY_API_KEY.")
    var url = "http://127.0.0.1:8080"

    @Flag(help: "Print JSON.") var json = false

    /// The body of an answer that is a success. What the host refuses is told in its own words, problem by problem.
    func ask(_ method: String, _ path: String, _ body: JSON? = nil) async throws -> JSON {
        var client = try HostAPI.client(url, try await options.configuration(quiet: true))
        client.tenant = reach.named
        let answer = try await client.send(method, "/api/v1" + path, body)
        if (200..<300).contains(answer.status) { return answer.body }
        let error = answer.body["error"]
        guard let message = error?["message"]?.string else {
            throw CommandFailure("The host at \(url) answered with \(answer.status): \(answer.body.text)")
        }
        let problems = error?["details"]?["problems"]?.array ?? []
        throw CommandFailure(([message] + problems.map { "  " + Self.line($0) }).joined(separator: "\n"))
    }

    /// All items of a list that is cut into pages.
    func items(_ path: String, limit: Int = 10_000) async throws -> [JSON] {
        var (items, cursor) = ([JSON](), "")
        repeat {
            let page = try await ask("GET", path + (cursor.isEmpty ? "" : "&cursor=" + Self.escaped(cursor)))
            items += page["items"]?.array ?? []
            cursor = page["next_cursor"]?.string ?? ""
        } while !cursor.isEmpty && items.count < limit
        return Array(items.prefix(limit))
    }

    /// A problem as one line for people.
    static func line(_ problem: JSON) -> String {
        let place = problem["pointer"]?.string ?? ""
        let hint = problem["hint"]?.string.map { " (\($0))" } ?? ""
        return (place.isEmpty ? "" : place + ": ") + (problem["message"]?.string ?? "") + hint
    }

    /// As a part of an address (RFC 3986, 2.3).
    static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.map { byte -> String in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || [0x2D, 0x2E, 0x5F, 0x7E].contains(byte)
            return isPlain
                ? String(UnicodeScalar(byte)) : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
        }.joined()
    }

    /// The path of a template, which is named by its id or its name.
    static func path(_ template: String) throws -> String {
        let isName =
            !template.isEmpty
            && template.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
        guard isName || TemplateID(template) != nil else {
            throw CommandFailure("`\(template)` is no template's name or id. See: patchbay template search")
        }
        return "/templates/" + template
    }
}

/// One installation of a running host's.
struct TemplateInstallationName: ParsableArguments {
    @Argument(help: "Id of an installation (ins_…).") var installation: String

    func path() throws -> String { try Self.path(installation) }

    static func path(_ installation: String) throws -> String {
        guard InstallationID(installation) != nil else {
            throw CommandFailure(
                "`\(installation)` is no installation's id; these are ins_ and 26 characters: patchbay template installations"
            )
        }
        return "/installations/" + installation
    }
}

extension JSON {
    /// A member that is a text or a number, as people read it; empty when it is none.
    func shown(_ name: String) -> String {
        switch self[name] {
        case nil, .null?: ""
        case .string(let text)?: text
        case let value?: value.text
        }
    }
}
