import PatchbayCore
import PatchbayFederation
import PatchbayJSON
import PatchbayModules
import PatchbaySecurity
import Testing

@Suite(.timeLimit(.minutes(2))) struct IndexTests {
    private let key = SigningKey()

    private func file(_ name: String = "greeter", version: String = "1.0.0", about: String = "Says hello") throws
        -> PackageFile
    {
        let bundle = try TemplateBundle.pack(Sample.template(name, version: version, about: about), key: key)
        return PackageFile(name: bundle.fileName, bytes: bundle.bytes)
    }

    private func draft(_ files: [PackageFile]) throws -> IndexDraft {
        var draft = IndexDraft(name: "acme", known: [try SignatureKey(base64: key.publicKey)])
        for file in files { try draft.add(file) }
        return draft
    }

    private func failure(_ body: () throws -> Void) -> IndexFailure.Code? {
        do {
            try body()
            return nil
        } catch let failure as IndexFailure {
            #expect(!failure.message.isEmpty)
            return failure.code
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }

    @Test func `an index says of each version what people and hosts need`() throws {
        let package = try Sample.package().signed(by: key)
        let files = [
            try file(version: "1.10.0"), try file(version: "1.2.0"), try file("alpha"),
            PackageFile(name: package.fileName, bytes: package.bytes),
        ]
        let document = try draft(files).document(after: nil)
        #expect(document.serial == 1)
        #expect(
            document.templates.map { "\($0.name) \($0.version)" } == ["alpha 1.0.0", "greeter 1.2.0", "greeter 1.10.0"])
        let entry = document.templates[1].entry
        let signer = try SignatureKey(base64: key.publicKey).description
        #expect(entry["signer"]?.string == signer)
        #expect(entry["connectors"] == [["id": "acme", "version": "^1.0.0"]])
        #expect(entry["credentials"]?[0]?["name"] == "TOKEN")
        #expect(entry["sha256"]?.string == Digest.sha256Hex(files[1].bytes))
        #expect(entry["size"]?.int == Int64(files[1].bytes.count))
        #expect(document.connectors[0].entry["permissions"]?.object != nil)
        #expect(document.connectors[0].entry["signer"]?.string == signer)
        #expect(try IndexDocument(parsing: document.bytes) == document)
    }

    @Test func `the same folder gives the same bytes, whatever the order of its files`() throws {
        let files = [try file(), try file("alpha")]
        let first = try draft(files).document(after: nil)
        #expect(try draft(files.reversed()).document(after: nil).bytes == first.bytes)
        #expect(try draft(files).document(after: first) == first)
        let second = try draft(files + [try file(version: "1.1.0")]).document(after: first)
        #expect(second.serial == 2)
    }

    @Test func `a version has one file, and its bytes stay`() throws {
        let files = [try file()]
        let first = try draft(files).document(after: nil)
        let other = try file(about: "Says something else")
        #expect(failure { _ = try draft([other]).document(after: first) } == .versionChanged)
        #expect(
            failure { _ = try draft(files + [PackageFile(name: "copy.pbt", bytes: files[0].bytes)]) } == .malformed)
        #expect(throws: BundleRefusal.self) { try draft([PackageFile(name: "broken.pbt", bytes: [1, 2])]) }
        #expect(throws: ConnectorRefusal.self) { try draft([PackageFile(name: "broken.pbc", bytes: [1, 2])]) }
    }

    @Test func `only the registered key opens an envelope, and any of several that signed it`() throws {
        let (document, second) = (try draft([file()]).document(after: nil), SigningKey())
        let sealed = IndexEnvelope.seal(document.bytes, by: [second, key])
        for each in [key, second] {
            #expect(try IndexEnvelope.open(sealed, key: SignatureKey(base64: each.publicKey)) == document.bytes)
        }
        let stranger = try SignatureKey(base64: SigningKey().publicKey)
        #expect(failure { _ = try IndexEnvelope.open(sealed, key: stranger) } == .untrusted)
        // A signature over the bytes alone, as packages have it, is none of an index.
        let text: JSON = [
            "payloadType": "application/vnd.patchbay.index+json", "payload": .string(Base64.text(document.bytes)),
            "signatures": [["keyid": "", "sig": .string(key.signature(over: document.bytes))]],
        ]
        let own = try SignatureKey(base64: key.publicKey)
        #expect(failure { _ = try IndexEnvelope.open(text.bytes(), key: own) } == .untrusted)
    }

    @Test func `what is changed in an envelope is noticed`() throws {
        let own = try SignatureKey(base64: key.publicKey)
        let sealed = IndexEnvelope.seal(try draft([file()]).document(after: nil).bytes, by: [key])
        let json = try JSON(parsing: sealed)
        var object = try #require(json.object)
        object["payload"] = .string(Base64.text(Array("{}".utf8)))
        #expect(failure { _ = try IndexEnvelope.open(JSON.object(object).bytes(), key: own) } == .untrusted)
        object = try #require(json.object)
        object["payloadType"] = "application/vnd.other+json"
        #expect(failure { _ = try IndexEnvelope.open(JSON.object(object).bytes(), key: own) } == .malformed)
        object = try #require(json.object)
        object["signatures"] = .array(Array(repeating: ["sig": "x"], count: 9))
        #expect(failure { _ = try IndexEnvelope.open(JSON.object(object).bytes(), key: own) } == .tooLarge)
        for text in ["", "hello", "[]", "{}", "<html></html>"] {
            #expect(failure { _ = try IndexEnvelope.open(Array(text.utf8), key: own) } == .malformed, "\(text)")
        }
        let large = [UInt8](repeating: 32, count: IndexLimits.bytes + 1)
        #expect(failure { _ = try IndexEnvelope.open(large, key: own) } == .tooLarge)
    }

    private static func entry(_ change: (inout JSONObject) -> Void = { _ in }) -> JSON {
        var entry: JSONObject = [
            "name": "greeter", "version": "1.0.0", "description": "Says hello", "category": "devops", "tags": [],
            "connectors": [], "file": "greeter-1.0.0.pbt", "sha256": .string(String(repeating: "a", count: 64)),
            "size": 100,
        ]
        change(&entry)
        return .object(entry)
    }

    private func reading(_ templates: [JSON], format: JSON = 1, serial: JSON = 1) -> IndexFailure.Code? {
        let json: JSON = [
            "format": format, "name": "acme", "serial": serial, "templates": .array(templates), "connectors": [],
        ]
        return failure { _ = try IndexDocument(parsing: json.bytes()) }
    }

    @Test func `entries that lead elsewhere or contradict themselves are refused`() {
        #expect(reading([Self.entry()]) == nil)
        for name in ["../x.pbt", "/x.pbt", "https://evil.example/x.pbt", "x.pbc", ".pbt", "a/b.pbt", "x.pbt?y"] {
            #expect(reading([Self.entry { $0["file"] = .string(name) }]) == .malformed, "\(name)")
        }
        #expect(reading([Self.entry { $0["sha256"] = "ABC" }]) == .malformed)
        #expect(reading([Self.entry { $0["size"] = -1 }]) == .malformed)
        #expect(reading([Self.entry { $0["size"] = .int(1 << 40) }]) == .malformed)
        #expect(reading([Self.entry { $0["name"] = "acme:greeter" }]) == .malformed)
        #expect(reading([Self.entry { $0["category"] = "fun" }]) == .malformed)
        #expect(reading([Self.entry { $0["tags"] = [1] }]) == .malformed)
        #expect(reading([Self.entry { $0["x"] = .string(String(repeating: "a", count: 70_000)) }]) == .tooLarge)
        #expect(reading([Self.entry(), Self.entry()]) == .malformed)
        #expect(reading([1]) == .malformed)
        #expect(reading([], format: 2) == .newerFormat)
        #expect(reading([], serial: 0) == .malformed)
    }

    @Test func `a million entries are refused as such`() {
        let entry: JSON = ["n": 1]
        #expect(reading(Array(repeating: entry, count: 1_000_000)) == .tooLarge)
        #expect(reading((0..<10_001).map { index in Self.entry { $0["name"] = .string("t\(index)") } }) == .tooLarge)
    }
}
