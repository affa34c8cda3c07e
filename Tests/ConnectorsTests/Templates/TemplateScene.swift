import PatchbayJSON
import ServerFixture

/// What a shipped template finds where it is tried: its parameters, what is in the database before, and what is looked at after.
struct TemplateScene {
    var parameters: JSONObject = [:]
    /// Statements that come first.
    var database: [String] = []
    /// Rows that a run may write.
    var rows: String?
    /// What the file holds that appears in the bucket.
    var file = ""

    init(of template: String, in surroundings: TemplateSurroundings) {
        let (vendors, servers) = (surroundings.vendors, surroundings.servers)
        switch template {
        case "access-review":
            database = [
                "create table accounts (name text, owner_email text, last_sign_in timestamptz)",
                """
                insert into accounts values ('build-bot', 'owner@example.com', now() - interval '1 year'),
                    ('ada', 'ada@example.com', now())
                """,
            ]
        case "api-to-table":
            parameters["url"] = .string(vendors.address(of: "items"))
            // One of them is known.
            database = ["create table items (id int primary key, name text)", "insert into items values (1, 'Old')"]
            rows = "select id, name from items"
        case "bucket-csv-import":
            parameters["bucket"] = "acme-reports"
            database = ["create table imports (id int, name text)"]
            rows = "select id, name from imports"
            file = "id,name\n1,Lamp\n2,\"Table, round\"\n"
        case "feed-to-channel": parameters["feed"] = .string(vendors.address(of: "feed"))
        case "health-check": parameters["url"] = .string(vendors.address(of: "health"))
        case "invoice-extraction":
            database = ["create table invoices (number text primary key, supplier text, total numeric)"]
            rows = "select number, supplier, total from invoices"
        case "new-rows-to-webhook":
            parameters["url"] = .string(vendors.address(of: "hooks"))
            database = ["create table orders (id int, total int)", "insert into orders values (6, 1)"]
        case "orders-to-queue": parameters["queue"] = servers.amazon.ready["queue"] ?? .null
        case "reply-draft": parameters["model"] = "claude-sonnet-4-5"
        case "sign-in-review": parameters["api"] = .string(vendors.address(of: "identity"))
        default: break
        }
    }

    /// All that an installation is given; clocks are set to where they do not strike.
    func parameters(for template: JSON) -> JSON {
        var all = parameters
        for parameter in template["parameters"]?.array ?? [] {
            if parameter["name"] == "cron" { all["cron"] = "0 3 1 1 *" }
            if parameter["name"] == "every" { all["every"] = "24h" }
        }
        return .object(all)
    }
}
