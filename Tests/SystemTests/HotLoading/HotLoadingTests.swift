import DatabaseFixture
import FoundationEssentials
import Glibc
import HostFixture
import PatchbayJSON
import Testing

/// Connectors come, are replaced and leave while two hosts work.
@Suite(.serialized, .database, .timeLimit(.minutes(5))) struct HotLoadingTests {
    /// Runs a second; `make hotload RATE=…` sets another.
    private static let rate = getenv("PATCHBAY_HOT_RATE").flatMap { Int(String(cString: $0)) } ?? 200

    @Test func `a package that one host takes is called on both within moments`() async throws {
        try await TwoHosts.with { hosts in
            for version in 0...1 {
                let begin = ContinuousClock.now
                let installed = try await hosts.install(version)
                #expect(installed.status == 201, "\(installed.text)")
                let uses = "greeter@\(version + 1).0.0/greet"
                var texts: [JSON?] = []
                for (host, name) in zip(hosts.all, ["one", "two"]) {
                    // The other host may hear of it a moment later; then the document is refused there, and sent again.
                    let document = TwoHosts.workflow(uses: uses, on: name)
                    try await hosts.until("a workflow with \(uses)") {
                        try await host.send("POST", "/api/v1/workflows/validate", document).body["valid"] == true
                    }
                    let created = try await host.send("POST", "/api/v1/workflows", document)
                    let id = try #require(created.body["id"]?.string, "\(created.text)")
                    let run = try await host.send(
                        "POST", "/api/v1/workflows/\(id)/execute", ["input": ["name": "Ada"]])
                    let step = run.body["steps"]?.array?.first { $0["node_id"] == "hello" }
                    texts.append(step?["output"]?["text"])
                }
                print("hot install of \(uses) to the end of a run on each of two hosts: \(ContinuousClock.now - begin)")
                #expect(texts == (version == 0 ? ["Hello, Ada", "Hello, Ada"] : ["Welcome, Ada", "Welcome, Ada"]))
                let again = try await hosts.install(version)
                #expect(again.status == 200)
            }
            try await hosts.until("both hosts tell that they have it") {
                let shown = try await hosts.second.send("GET", "/api/v1/connectors/greeter/2.0.0").body
                return shown["hosts"]?.array?.map { $0["state"] } == ["loaded", "loaded"]
            }
        }
    }

    @Test func `a version replaces another and is rolled back, twice, and no run fails or changes versions`()
        async throws
    {
        try await TwoHosts.with { hosts in
            #expect(try await hosts.install(0).status == 201)
            let created = try await hosts.first.send(
                "POST", "/api/v1/workflows", TwoHosts.workflow(uses: "greeter/greet"))
            let id = try #require(created.body["id"]?.string, "\(created.text)")
            let load = SteadyLoad(hosts.all, workflow: id, perSecond: Self.rate)
            let begin = ContinuousClock.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await load.run() }
                defer { load.stop() }
                for round in 1...2 {
                    try await count(of: load, toGrowBy: 150, hosts)
                    #expect(try await hosts.install(1).status == 201, "round \(round)")
                    try await move(id, "upgrade", hosts, to: "2.0.0")
                    try await count(of: load, toGrowBy: 150, hosts)
                    let rollback = try await hosts.first.send(
                        "POST", "/api/v1/connectors/greeter/rollback", ["from": "2.0.0"])
                    #expect(rollback.body["current"] == "1.0.0", "\(rollback.text)")
                    try await move(id, "rollback", hosts, to: "1.0.0")
                    let retired = try await hosts.first.send("POST", "/api/v1/connectors/greeter/2.0.0/retire")
                    #expect(retired.status == 202, "\(retired.text)")
                    // It leaves once its last run has ended, and comes again.
                    try await hosts.until("greeter 2.0.0 has left", within: .seconds(60)) {
                        for host in hosts.all {
                            let shown = try await host.send("GET", "/api/v1/connectors/greeter/2.0.0")
                            if shown.status != 404 { return false }
                        }
                        return true
                    }
                }
                load.stop()
                try await group.waitForAll()
            }
            let time = ContinuousClock.now - begin
            let (greetings, failures) = try await load.results()
            let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
            print(
                """
                hot replacement: \(load.runs.count) runs in \(time), \(Int(Double(load.runs.count) / seconds)) a second, \
                \(failures.count) failed, \(load.refusals.count) refused
                """)
            #expect(failures == [])
            #expect(load.refusals == [])
            let old: Set = [["Hello", "Hello"]], new: Set = [["Welcome", "Welcome"]]
            #expect(greetings == [1: old, 2: new, 3: old, 4: new, 5: old])
        }
    }

    @Test func `what is dropped into a plugins folder is used without a restart`() async throws {
        try await TwoHosts.with { hosts in
            let plugins = hosts.installation.folder + "/one/plugins"
            try FileManager.default.copyItem(atPath: hosts.packages[0], toPath: plugins + "/greeter.pbc")
            for host in hosts.all {
                try await hosts.until("greeter 1.0.0 from a package") {
                    try await host.send("GET", "/api/v1/connectors/greeter/1.0.0").body["state"] == "loaded"
                }
            }
            try await hosts.until("the package is marked") {
                FileManager.default.fileExists(atPath: plugins + "/greeter.pbc.installed")
            }
            // A folder is noticed too, once it is whole, and is that host's alone.
            let (source, target) = (hosts.installation.folder + "/staged/greeter/2.0.0", plugins + "/greeter/2.0.0")
            try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
            let library = try Data(contentsOf: URL(fileURLWithPath: source + "/greeter.so"))
            try library.prefix(library.count / 2).write(to: URL(fileURLWithPath: target + "/greeter.so"))
            try FileManager.default.copyItem(atPath: source + "/manifest.json", toPath: target + "/manifest.json")
            try await hosts.until("half a folder is refused") {
                let shown = try await hosts.first.send("GET", "/api/v1/connectors/greeter/2.0.0").body
                return shown["refusal"]?["code"] == "digest-mismatch"
            }
            #expect(
                try await hosts.first.send("GET", "/api/v1/connectors/greeter").body["version"] == "1.0.0")
            try library.write(to: URL(fileURLWithPath: target + "/greeter.so"))
            try await hosts.until("the whole folder is used") {
                try await hosts.first.send("GET", "/api/v1/connectors/greeter/2.0.0").body["state"] == "loaded"
            }
            #expect(try await hosts.second.send("GET", "/api/v1/connectors/greeter/2.0.0").status == 404)
            // Runs that need it go to the host that has it.
            let created = try await hosts.first.send(
                "POST", "/api/v1/workflows", TwoHosts.workflow(uses: "greeter@2.0.0/greet"))
            let id = try #require(created.body["id"]?.string, "\(created.text)")
            for _ in 0..<10 {
                let run = try await hosts.second.send(
                    "POST", "/api/v1/workflows/\(id)/execute", ["input": ["name": "Ada"]])
                #expect(run.body["status"] == "completed", "\(run.text)")
            }
        }
    }

    @Test func `unsigned packages are not taken where signatures are asked for`() async throws {
        let maker = try await Installation([])
        let made = try await maker.command(["connector", "keygen", maker.folder + "/signing.key", "--json"])
        let key = try #require(try JSON(parsing: made.output)["public_key"]?.string, "\(made.errors)")
        try await TwoHosts.with(settings: ["PATCHBAY_TRUSTED_KEYS": key]) { hosts in
            let refused = try await hosts.install(0)
            #expect(refused.status == 409)
            #expect(refused.body["error"]?["details"]?["refusal"]?["code"] == "signature-missing", "\(refused.text)")
            let signed = try await maker.command([
                "connector", "sign", hosts.packages[0], "--key", maker.folder + "/signing.key",
            ])
            #expect(signed.status == 0, "\(signed.errors)")
            #expect(try await hosts.install(0).status == 201)
            try await hosts.until("the other host takes it too") {
                try await hosts.second.send("GET", "/api/v1/connectors/greeter/1.0.0").body["state"] == "loaded"
            }
        }
    }

    @Test func `packages are fetched from the hosts that the operator allows`() async throws {
        let shelf = Shelf()
        try await shelf.listen { url in
            let place = url.replacing("http://", with: "")
            try await TwoHosts.with(settings: ["PATCHBAY_INSTALL_FROM": place]) { hosts in
                shelf.put(Array(try Data(contentsOf: URL(fileURLWithPath: hosts.packages[0]))))
                func fetch(_ address: String) async throws -> (status: Int, body: JSON, text: String) {
                    try await hosts.first.send("POST", "/api/v1/connectors", ["url": .string(address)])
                }
                let elsewhere = try await fetch(url.replacing("127.0.0.1", with: "localhost") + "/greeter.pbc")
                #expect(elsewhere.status == 403, "\(elsewhere.text)")
                #expect(elsewhere.body["error"]?["details"]?["allowed"] == [.string(place)])
                #expect(try await fetch(url + "/none.pbc").status == 502)
                // An address that is allowed and leads to one that is not.
                #expect(try await fetch(url + "/moved.pbc").status == 403)
                let fetched = try await fetch(url + "/greeter.pbc")
                #expect(fetched.status == 201, "\(fetched.text)")
                #expect(try await fetch(url + "/greeter.pbc").status == 200)
            }
        }
    }

    @Test func `commands do what the API does`() async throws {
        try await TwoHosts.with { hosts in
            let database = hosts.database
            func connector(_ arguments: String...) async throws -> (status: Int32, output: String, errors: String) {
                try await hosts.installation.command(
                    ["connector"] + arguments, adding: ["DATABASE_URL": database])
            }
            for package in hosts.packages {
                let installed = try await connector("install", package)
                #expect(installed.status == 0, "\(installed.errors)")
            }
            let twice = try await connector("install", hosts.packages[0], "--json")
            #expect(try JSON(parsing: twice.output)["state"] == "enabled", "\(twice.errors)")
            for host in hosts.all {
                try await hosts.until("greeter 2.0.0 from a command") {
                    try await host.send("GET", "/api/v1/connectors/greeter").body["version"] == "2.0.0"
                }
            }
            let back = try await connector("rollback", "greeter", "--json")
            #expect(try JSON(parsing: back.output)["current"] == "1.0.0", "\(back.errors)")
            #expect(try await connector("rollback", "greeter").status == 1)
            #expect(try await connector("enable", "greeter@2.0.0").status == 0)
            #expect(try await connector("disable", "greeter@1.0.0").status == 0)
            let document = TwoHosts.workflow(uses: "greeter@1.0.0/greet")
            let id = try #require(
                try await hosts.first.send("POST", "/api/v1/workflows", document).body["id"]?.string)
            let needed = try await connector("remove", "greeter@1.0.0")
            #expect(needed.status == 1)
            #expect(needed.errors.contains(id))
            #expect(try await hosts.first.send("DELETE", "/api/v1/workflows/\(id)").status == 204)
            #expect(try await connector("remove", "greeter@1.0.0").status == 0)
            #expect(try await connector("remove", "greeter@1.0.0").status == 1)
            #expect(try await connector("enable", "greeter").status == 1)
            let nonsense = try hosts.installation.write("nonsense", to: "nonsense.pbc")
            let refused = try await connector("install", nonsense)
            #expect(refused.status == 1)
            #expect(refused.errors.contains("package-malformed"))
            let foreign = try await connector("install", "https://example.com/x.pbc")
            #expect(foreign.errors.contains("PATCHBAY_INSTALL_FROM"), "\(foreign.errors)")
        }
    }

    private func count(of load: SteadyLoad, toGrowBy more: Int, _ hosts: TwoHosts) async throws {
        let goal = load.runs.count + more
        try await hosts.until("\(goal) runs") { load.runs.count >= goal }
    }

    private func move(_ id: String, _ verb: String, _ hosts: TwoHosts, to version: String) async throws {
        let path = "/api/v1/workflows/\(id)/connectors/\(verb)"
        let trial = try await hosts.first.send("POST", path, ["connector": "greeter", "dry_run": true])
        #expect(trial.body["places"]?.array?.count == 2, "\(trial.text)")
        let moved = try await hosts.first.send("POST", path, ["connector": "greeter"])
        #expect(moved.body["applied"] == true, "\(moved.text)")
        #expect(moved.body["to"]?.string == version)
    }
}
