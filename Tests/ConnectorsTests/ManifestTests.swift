import AWSLambdaConnector
import AWSS3Connector
import AWSSESConnector
import AWSSNSConnector
import AWSSQSConnector
import AnthropicConnector
import ConnectorSDK
import EmailConnector
import GitHubConnector
import HTTPConnector
import JavaScriptConnector
import JiraConnector
import OpenAIConnector
import PatchbayCore
import PatchbayJSON
import PatchbayModules
import PatchbaySchemas
import PostgreSQLConnector
import RSSConnector
import RedisConnector
import SlackConnector
import Testing
import TransformConnector

@Suite struct ManifestTests {
    static let connectors = [
        http, slack, gitHub, jira, openAI, transform, anthropic, awsS3, awsSQS, awsSNS, awsLambda, awsSES, redis,
        postgreSQL, email, javaScript, rss,
    ]
    static let ids = connectors.map { $0.id }

    @Test(arguments: connectors.map(\.id))
    func `a manifest is one that the host takes`(id: String) throws {
        let connector = try #require(Self.connector(id))
        let reading = Manifest.read(connector.manifest, as: .declared)
        #expect(reading.problems == [])
        #expect(reading.warnings == [])
        #expect(reading.manifest?.id == connector.id)
        #expect(reading.manifest?.isolation == (id == "javascript" ? .runner : .inProcess))
        #expect(reading.manifest?.license == "Apache-2.0")
        #expect(reading.manifest?.version.description == "1.0.0")
    }

    @Test(arguments: connectors.map(\.id))
    func `the actions' ids are unique and made of their types' names`(id: String) throws {
        let connector = try #require(Self.connector(id))
        let ids = connector.actions.map { $0.id }
        #expect(Set(ids).count == ids.count)
        for action in connector.actions {
            let words = action.id.split(separator: "_").map { Self.abbreviations[String($0)] ?? $0.capitalizedFirst }
            #expect(words.joined() == String(describing: action))
        }
    }

    @Test(arguments: connectors.map(\.id))
    func `every field of input, output and settings is documented`(id: String) throws {
        let manifest = try #require(Self.connector(id)).manifest
        var undocumented = Self.undocumented(in: manifest["settings"] ?? nil, at: "settings")
        for operation in manifest["operations"]?.array ?? [] {
            let id = operation["id"]?.string ?? ""
            for part in ["input", "output"] {
                undocumented += Self.undocumented(in: operation[part] ?? nil, at: "\(id)/\(part)")
            }
        }
        #expect(undocumented == [])
    }

    @Test(arguments: connectors.map(\.id))
    func `every action has a title, a summary and examples that fit its schema`(id: String) throws {
        for operation in try #require(Self.connector(id)).manifest["operations"]?.array ?? [] {
            let id = operation["id"]?.string ?? ""
            #expect(operation["title"]?.string?.isEmpty == false, "\(id)")
            #expect(operation["summary"]?.string?.hasSuffix(".") == true, "\(id)")
            let input = try Schema(operation["input"] ?? nil)
            _ = try Schema(operation["output"] ?? nil)
            let examples = operation["examples"]?.array ?? []
            #expect(!examples.isEmpty, "\(id) has no example")
            for example in examples {
                let violations = input.validate(example["input"] ?? nil)
                #expect(violations == [], "\(id): \(example["title"]?.string ?? "")")
            }
        }
    }

    @Test(arguments: connectors.map(\.id))
    func `defaults and examples of fields fit their own schemas`(id: String) throws {
        let manifest = try #require(Self.connector(id)).manifest
        let schemas = [manifest["settings"]] + (manifest["operations"]?.array ?? []).map { $0["input"] }
        for case let schema? in schemas {
            for member in schema["properties"]?.object ?? [:] {
                let rules = try Schema(member.value)
                let shown = [member.value["default"]].compactMap(\.self) + (member.value["examples"]?.array ?? [])
                for value in shown { #expect(rules.validate(value) == [], "\(id): \(member.name)") }
            }
        }
    }

    @Test func `reads are idempotent, and only HTTP and RSS reach any host`() {
        for connector in Self.connectors {
            for operation in connector.manifest["operations"]?.array ?? [] where operation["effect"] == "read" {
                #expect(operation["idempotent"] == true)
            }
            let hosts = connector.manifest["permissions"]?["hosts"]?.array ?? []
            #expect(hosts.contains("*") == ["http", "rss"].contains(connector.id))
        }
    }

    /// Words that are not written as words.
    private static let abbreviations = [
        "dm": "DM", "csv": "CSV", "json": "JSON", "xml": "XML", "cel": "CEL", "jmespath": "JMESPath",
    ]

    static func manifest(of id: String) -> JSON? { connector(id)?.manifest }

    private static func connector(_ id: String) -> Connector? { connectors.first { $0.id == id } }

    /// Places of members without a description, at every depth.
    private static func undocumented(in schema: JSON, at place: String) -> [String] {
        var found: [String] = []
        for member in schema["properties"]?.object ?? [:] {
            let inner = "\(place)/\(member.name)"
            if (member.value["description"]?.string ?? "").count < 4 { found.append(inner) }
            found += undocumented(in: member.value, at: inner)
        }
        if let items = schema["items"] { found += undocumented(in: items, at: "\(place)/items") }
        return found
    }
}

extension Substring {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
