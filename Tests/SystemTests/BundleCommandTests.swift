import FoundationEssentials
import HostFixture
import PatchbayJSON
import Testing

/// Templates and connectors that leave one installation as files and come to another.
@Suite(.serialized, .timeLimit(.minutes(5))) struct BundleCommandTests {
    private static let template = """
        name: parcel-greeter
        version: 1.0.0
        description: Greets whoever gets a parcel
        category: business-processes
        required_connectors:
          - {id: http, version: ^1.0.0}
        workflow:
          name: Greeter
          nodes:
            - {id: start, type: manual}
            - {id: tell, type: action, uses: http/request, input: {method: GET, url: "https://example.com/"}}
          edges: [{source: start, target: tell}]
        """

    @Test func `documents are imported as they are, all or none, and a second time changes nothing`() async throws {
        let installation = try await Installation(["http"])
        let greeter = try installation.write(Self.template, to: "greeter.yaml")
        let other = try installation.write(
            Self.template.replacing("parcel-greeter", with: "letter-greeter"), to: "other.yaml")
        let wrong = try installation.write(
            Self.template.replacing("parcel-greeter", with: "wrong-greeter")
                .replacing("http/request", with: "http/none"),
            to: "wrong.yaml")
        func offered() async throws -> [String] {
            let listed = try await installation.command(["template", "list", "--json"])
            return try JSON(parsing: listed.output)["items"]?.array?.compactMap { $0["name"]?.string }.sorted() ?? []
        }

        let refused = try await installation.command(["template", "import", "--publish", greeter, wrong])
        #expect(refused.status != 0 && refused.errors.contains("wrong-greeter"), "\(refused.errors)")
        #expect(try await offered() == [])

        let order = ["template", "import", "--publish", "--json", greeter, other]
        let first = try await installation.command(order)
        #expect(first.status == 0, "\(first.errors)")
        #expect(try await offered() == ["letter-greeter", "parcel-greeter"])
        let second = try await installation.command(order)
        #expect(second.status == 0, "\(second.errors)")
        let (before, after) = (try JSON(parsing: first.output), try JSON(parsing: second.output))
        #expect(before == after && after.array?.count == 2)
    }

    @Test func `a template and its connector go from one installation to another as signed files`() async throws {
        let (maker, taker) = (try await Installation(["http"]), try await Installation([]))
        let document = try maker.write(Self.template, to: "greeter.yaml")
        let (key, bundle) = (maker.folder + "/signing.key", maker.folder + "/greeter.pbt")
        let made = try await maker.command(["connector", "keygen", key, "--json"])
        let publicKey = try #require(try JSON(parsing: made.output)["public_key"]?.string)
        let bundled = try await maker.command(
            ["template", "export", document, "--connectors", "--key", key, "--output", bundle, "--json"])
        #expect(bundled.status == 0, "\(bundled.errors)")
        let said = try JSON(parsing: bundled.output)
        #expect(said["signed"] == true && said["packages"]?.array?.count == 1, "\(bundled.output)")

        let workflow = try await maker.command(["template", "export", "wf_00041061050r3gg28a1c60t3gf"])
        #expect(workflow.status != 0 && workflow.errors.contains("patchbay template draft"), "\(workflow.errors)")

        // The key that the taker trusts did not sign it.
        let other = try await taker.command(["connector", "keygen", taker.folder + "/own.key", "--json"])
        let stranger = try #require(try JSON(parsing: other.output)["public_key"]?.string)
        let refused = try await taker.command(
            ["template", "import", bundle], adding: ["PATCHBAY_TRUSTED_KEYS": stranger])
        #expect(refused.status != 0 && refused.errors.contains("signature-invalid"), "\(refused.errors)")
        let broken = try taker.write("no bundle", to: "broken.pbt")
        let nonsense = try await taker.command(["template", "import", broken])
        #expect(nonsense.status != 0 && nonsense.errors.contains("bundle-malformed"), "\(nonsense.errors)")

        // Its connector is missing, so it is stored as a draft and not offered.
        let trusting = ["PATCHBAY_TRUSTED_KEYS": publicKey]
        let draft = try await taker.command(["template", "import", bundle, "--json"], adding: trusting)
        #expect(draft.status == 0, "\(draft.errors)")
        #expect(try JSON(parsing: draft.output)["problems"]?.array?.isEmpty == false)
        let early = try await taker.command(["template", "import", bundle, "--publish"], adding: trusting)
        #expect(early.status != 0 && early.errors.contains("Nothing of it was stored"), "\(early.errors)")

        // A package without a signature is not taken by who trusts one key only; the connector goes by itself.
        let unsigned = try await taker.command(
            ["template", "import", bundle, "--connectors"], adding: trusting)
        #expect(unsigned.status != 0, "\(unsigned.output)")
        let listed = try JSON(parsing: try await maker.command(["connector", "list", "--json"]).output)
        let version = try #require(listed["items"]?[0]?["version"]?.string)
        let package = maker.folder + "/http.pbc"
        let exported = try await maker.command(["connector", "export", "http@\(version)", package])
        #expect(exported.status == 0, "\(exported.errors)")
        let signed = try await maker.command(["connector", "sign", package, "--key", key])
        #expect(signed.status == 0, "\(signed.errors)")
        let imported = try await taker.command(["connector", "import", package], adding: trusting)
        #expect(imported.status == 0, "\(imported.errors)")
        let missing = try await maker.command(["connector", "export", "http@9.9.9"])
        #expect(missing.status != 0 && missing.errors.contains("connector list"), "\(missing.errors)")
        // What was installed leaves as it came.
        let copy = taker.folder + "/copy.pbc"
        let again = try await taker.command(["connector", "export", "http@\(version)", copy], adding: trusting)
        #expect(again.status == 0, "\(again.errors)")
        #expect(
            try Data(contentsOf: URL(fileURLWithPath: copy)) == Data(contentsOf: URL(fileURLWithPath: package)))

        let published = try await taker.command(
            ["template", "import", bundle, "--publish", "--json"], adding: trusting)
        #expect(published.status == 0, "\(published.errors)")
        #expect(try JSON(parsing: published.output)["published"] == true)
        let found = try await taker.command(["template", "list", "parcel", "--json"], adding: trusting)
        #expect(try JSON(parsing: found.output)["items"]?[0]?["name"] == "parcel-greeter", "\(found.output)")
        // From here it can go on.
        let onward = try await taker.command(
            ["template", "export", "parcel-greeter", "--output", taker.folder + "/onward.pbt", "--json"],
            adding: trusting)
        #expect(onward.status == 0, "\(onward.errors)")
        #expect(try JSON(parsing: onward.output)["signed"] == false)
    }

    @Test func `an index of a folder stays as it is until something changes`() async throws {
        let installation = try await Installation(["http"])
        let folder = installation.folder + "/site"
        let key = installation.folder + "/signing.key"
        _ = try await installation.command(["connector", "keygen", key])
        let document = try installation.write(Self.template, to: "greeter.yaml")
        _ = try installation.write("for people", to: "site/README.md")
        func bundle(_ document: String, to name: String) async throws {
            let made = try await installation.command(
                ["template", "export", document, "--key", key, "--output", folder + "/" + name])
            #expect(made.status == 0, "\(made.errors)")
        }
        func write(_ more: String...) async throws -> (status: Int32, output: String, errors: String) {
            try await installation.command(["index", "write", folder, "--key", key, "--json"] + more)
        }
        try await bundle(document, to: "greeter.pbt")
        let nameless = try await write()
        #expect(nameless.status != 0 && nameless.errors.contains("--name"), "\(nameless.errors)")
        let first = try await write("--name", "acme")
        #expect(try JSON(parsing: first.output)["serial"] == 1, "\(first.errors)")
        let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/index.json"))
        #expect(try JSON(parsing: try await write().output)["changed"] == false)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder + "/index.json")) == bytes)

        let newer = try installation.write(
            Self.template.replacing("version: 1.0.0", with: "version: 1.1.0"), to: "newer.yaml")
        try await bundle(newer, to: "greeter-1.1.0.pbt")
        let second = try JSON(parsing: try await write().output)
        #expect(second["serial"] == 2 && second["templates"] == 2 && second["name"] == "acme")
        let changed = try installation.write(Self.template.replacing("Greets", with: "Salutes"), to: "changed.yaml")
        try await bundle(changed, to: "greeter.pbt")
        let refused = try await write()
        #expect(refused.status != 0 && refused.errors.contains("another version"), "\(refused.errors)")
        // Another key does not continue what this one has begun.
        _ = try await installation.command(["connector", "keygen", installation.folder + "/other.key"])
        let stranger = try await installation.command(
            ["index", "write", folder, "--key", installation.folder + "/other.key"])
        #expect(stranger.status != 0 && stranger.errors.contains("cannot be continued"), "\(stranger.errors)")
        _ = try installation.write("broken", to: "site/broken.pbc")
        let broken = try await write()
        #expect(broken.status != 0 && broken.errors.contains("broken.pbc"), "\(broken.errors)")
    }
}
