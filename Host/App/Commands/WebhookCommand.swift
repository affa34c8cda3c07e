import ArgumentParser
import PatchbayCore
import PatchbayJSON

/// Webhooks of a running host, through its API: what signs, starts and stores deliveries is there.
struct WebhookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook",
        abstract: "List webhooks, look at what was delivered to them, repeat and try deliveries.",
        subcommands: [List.self, Show.self, Events.self, Replay.self, Rotate.self, Test.self, Simulate.self])

    /// Which host.
    struct Where: ParsableArguments {
        @OptionGroup var host: HostOptions

        @Option(name: .customLong("host"), help: "Address of the host; its key is PATCHBAY_API_KEY.")
        var url = "http://127.0.0.1:8080"

        @Flag(help: "Print JSON.") var json = false

        func client() async throws -> APIClient {
            try HostAPI.client(url, try await host.configuration(quiet: true))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List webhooks.")

        @OptionGroup var place: Where

        @Option(help: "Only those of this workflow (wf_…).") var workflow: String?

        func run() async throws {
            let query = try workflow.map { "&workflow_id=\(try WebhookCommand.checked($0, "wf"))" } ?? ""
            let items = try await WebhookCommand.items("/api/v1/webhooks?limit=200" + query, place, limit: 10_000)
            if place.json { return Console.print(json: ["items": .array(items)]) }
            Console.print(
                table: items.map { item in
                    [
                        item.text("id"), item["enabled"] == true ? "enabled" : "disabled",
                        item["subscription"]?["uses"]?.string ?? item.text("scheme"),
                        item["subscription"]?["state"]?.string ?? "", item.text("node"), item.text("url"),
                    ]
                },
                heading: ["WEBHOOK", "STATE", "VERIFIED BY", "SUBSCRIPTION", "NODE", "URL"],
                empty: "There are no webhooks.")
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a webhook.")

        @OptionGroup var place: Where
        @Argument(help: "The webhook's id (wh_…).") var webhook: String

        func run() async throws {
            let path = "/api/v1/webhooks/\(try WebhookCommand.checked(webhook, "wh"))"
            let answer = try await place.client().expect("GET", path)
            WebhookCommand.print(answer, place)
        }
    }

    struct Events: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List what was delivered, the newest first.")

        @OptionGroup var place: Where
        @Argument(help: "The webhook's id (wh_…).") var webhook: String
        @Argument(help: "A delivery's id (dlv_…): that one, with its body.") var event: String?

        @Option(help: "accepted, filtered, duplicate or refused.") var verdict: String?
        @Option(help: "At most so many; 1 to 10,000.") var limit = 50

        func run() async throws {
            var path = "/api/v1/webhooks/\(try WebhookCommand.checked(webhook, "wh"))/events"
            if let event {
                path += "/\(try WebhookCommand.checked(event, "dlv"))"
                return WebhookCommand.print(try await place.client().expect("GET", path), place)
            }
            path += "?limit=\(min(max(limit, 1), 200))"
            if let verdict {
                guard DeliveryVerdict(rawValue: verdict) != nil else {
                    throw CommandFailure("--verdict is accepted, filtered, duplicate or refused; it is `\(verdict)`.")
                }
                path += "&verdict=\(verdict)"
            }
            let items = try await WebhookCommand.items(path, place, limit: min(max(limit, 1), 10_000))
            if place.json { return Console.print(json: ["items": .array(items)]) }
            Console.print(
                table: items.map { item in
                    [
                        item.text("id"), item.text("received_at"), item.text("verdict"), item.text("run_id"),
                        item.text("delivery_id"), item.text("reason"),
                    ]
                }, heading: ["DELIVERY", "RECEIVED", "VERDICT", "RUN", "SENDER'S ID", "REASON"],
                empty: "Nothing was delivered.")
        }
    }

    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Repeat deliveries: each starts a run of the newest version.")

        @OptionGroup var place: Where
        @Argument(help: "The webhook's id (wh_…).") var webhook: String
        @Argument(help: "Ids of deliveries (dlv_…), at most 100.") var events: [String]

        func run() async throws {
            let ids = try events.map { JSON.string(try WebhookCommand.checked($0, "dlv")) }
            let path = "/api/v1/webhooks/\(try WebhookCommand.checked(webhook, "wh"))/replay"
            let answer = try await place.client().expect("POST", path, ["events": .array(ids)])
            if place.json { return Console.print(json: answer) }
            for item in answer["items"]?.array ?? [] {
                Console.print("\(item.text("replay_of")) is repeated by the run \(item.text("run_id"))")
            }
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Replace the secret; the former one stays good for a while. Prints the new one, this once.")

        @OptionGroup var place: Where
        @Argument(help: "The webhook's id (wh_…).") var webhook: String

        @Option(help: "How long the former secret stays good.") var overlap = "24h"

        func run() async throws {
            let path = "/api/v1/webhooks/\(try WebhookCommand.checked(webhook, "wh"))/rotate"
            let answer = try await place.client().expect("POST", path, ["overlap": .string(overlap)])
            if place.json { return Console.print(json: answer) }
            Console.print(answer.text("secret"))
            let end = answer.text("previous_valid_until")
            Console.note(end.isEmpty ? "It is the webhook's first." : "The former one is good until \(end).")
        }
    }

    /// A delivery on the command line.
    struct Sample: ParsableArguments {
        @Option(help: "The body, JSON.") var body: String?
        @Option(help: "The method.") var method = "POST"
        @Option(help: "A header, NAME: VALUE. Repeatable.") var header: [String] = []

        func json(_ flag: String, _ isSet: Bool) throws -> JSON {
            var object: JSONObject = ["method": .string(method), flag: .bool(isSet)]
            if let body {
                do {
                    object["body"] = try JSON(parsing: Array(body.utf8))
                } catch {
                    throw CommandFailure("--body is not JSON: \(error.description)")
                }
            }
            var headers = JSONObject()
            for line in header {
                let halves = line.split(separator: ":", maxSplits: 1)
                guard halves.count == 2 else { throw CommandFailure("--header is NAME: VALUE; it is `\(line)`.") }
                headers[String(halves[0])] = .string(String(halves[1].drop { $0 == " " }))
            }
            object["headers"] = .object(headers)
            return .object(object)
        }
    }

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what would become of a delivery that is its sender's.")

        @OptionGroup var place: Where
        @OptionGroup var sample: Sample
        @Argument(help: "The webhook's id (wh_…).") var webhook: String

        @Flag(help: "Start a run of it.") var start = false

        func run() async throws {
            let path = "/api/v1/webhooks/\(try WebhookCommand.checked(webhook, "wh"))/test"
            let answer = try await place.client().expect("POST", path, try sample.json("start", start))
            WebhookCommand.print(answer, place)
        }
    }

    struct Simulate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sign a delivery as its sender would, and print the command that sends it.")

        @OptionGroup var place: Where
        @OptionGroup var sample: Sample
        @Argument(help: "The webhook's id (wh_…).") var webhook: String

        @Flag(help: "Let it arrive.") var deliver = false

        func run() async throws {
            let path = "/api/v1/webhooks/\(try WebhookCommand.checked(webhook, "wh"))/simulate"
            let answer = try await place.client().expect("POST", path, try sample.json("deliver", deliver))
            if place.json { return Console.print(json: answer) }
            Console.print(answer.text("curl"))
            let outcome = answer["delivered"] ?? .null
            if !outcome.isNull { Console.note("\(outcome.text("verdict")) \(outcome.text("run_id"))") }
        }
    }

    // MARK: Shared

    private static func checked(_ id: String, _ prefix: String) throws -> String {
        let isID =
            switch prefix {
            case "wf": WorkflowID(id) != nil
            case "wh": WebhookID(id) != nil
            default: DeliveryID(id) != nil
            }
        guard isID else { throw CommandFailure("`\(id)` is no such id; these are \(prefix)_ and 26 characters.") }
        return id
    }

    private static func items(_ path: String, _ place: Where, limit: Int) async throws -> [JSON] {
        let client = try await place.client()
        var (items, cursor) = ([JSON](), "")
        repeat {
            let page = try await client.expect("GET", path + (cursor.isEmpty ? "" : "&cursor=\(cursor)"))
            items += page["items"]?.array ?? []
            cursor = page["next_cursor"]?.string ?? ""
        } while !cursor.isEmpty && items.count < limit
        return Array(items.prefix(limit))
    }

    private static func print(_ answer: JSON, _ place: Where) {
        if place.json { return Console.print(json: answer) }
        for member in answer.object ?? [:] where !member.value.isNull {
            Console.print("\(member.name): \(member.value.string ?? member.value.text)")
        }
    }
}

extension JSON {
    /// A member that is a text; empty when it is none.
    fileprivate func text(_ name: String) -> String { self[name]?.string ?? "" }
}
