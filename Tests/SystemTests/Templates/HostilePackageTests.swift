import FoundationEssentials
import Glibc
import HostFixture
import PatchbayJSON
import Testing

/// Packages of connectors that are no such thing, sent to a host: each is refused with its code, and none leaves a file.
@Suite(.serialized, .timeLimit(.minutes(5))) struct HostilePackageTests {
    /// By the word that the host refuses each with.
    private static let packages = [
        ("tar-bomb.pbc", "package-too-large"), ("zip-bomb.pbc", "package-malformed"),
        ("twice.pbc", "package-malformed"), ("many.pbc", "package-too-large"), ("upwards.pbc", "package-entry"),
        ("absolute.pbc", "package-entry"), ("nested.pbc", "package-entry"), ("link.pbc", "package-entry"),
        ("strange-id.pbc", "manifest-invalid"), ("cut.pbc", "package-malformed"),
    ]

    /// Written by the tools that such files are made with.
    private static let maker = """
        import gzip, io, sys, tarfile, zipfile
        folder = sys.argv[1]
        def write(name, content):
            with open(f"{folder}/{name}.pbc", "wb") as file: file.write(content)
        def tar(*entries):
            out = io.BytesIO()
            with tarfile.open(fileobj=out, mode="w:gz") as archive:
                for name, content, *link in entries:
                    info = tarfile.TarInfo(name)
                    info.size = len(content)
                    if link: info.type, info.linkname = tarfile.SYMTYPE, link[0]
                    archive.addfile(info, io.BytesIO(content))
            return out.getvalue()
        zeros = bytes(300 << 20)
        bomb = tar(("zeros", zeros))
        write("tar-bomb", bomb)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive: archive.writestr("zeros", zeros)
        write("zip-bomb", packed.getvalue())
        write("twice", gzip.compress(bomb))
        write("many", tar(*[(f"f{number}", b"x") for number in range(10_000)]))
        write("upwards", tar(("../../evil", b"x")))
        write("absolute", tar((folder + "/evil", b"x")))
        write("nested", tar(("plugins/evil", b"x")))
        write("link", tar(("manifest.json", b"", "/etc/passwd")))
        write("strange-id", tar(("manifest.json", b'{"id": "../evil", "library": {"file": "../evil.so"}}'), ("evil.so", b"x")))
        write("cut", tar(("manifest.json", b"{}"))[:-20])
        """

    /// Everything below the installation's folder but what the database and processes write.
    private static func files(_ installation: Installation) throws -> Set<String> {
        let all = try FileManager.default.subpathsOfDirectory(atPath: installation.folder)
        return Set(
            all.filter { !$0.hasPrefix("data/postgres") && !$0.hasPrefix("process-") && !$0.hasPrefix("coverage") })
    }

    @Test func `each is refused with its code, and leaves nothing`() async throws {
        let installation = try await Installation(["http"])
        let made = try ChildProgram(
            "/usr/bin/env", ["python3", "-c", Self.maker, installation.folder],
            environment: installation.environment, folder: installation.folder)
        try #require(await made.ended() == 0, "\(made.errors)")
        let host = try await installation.serve()
        let before = try Self.files(installation)
        let connectors = try await host.send("GET", "/api/v1/connectors").body
        for (file, code) in Self.packages {
            let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: installation.folder + "/" + file)))
            #expect(bytes.count < 1 << 20)
            let answer = try await host.upload(
                "/api/v1/connectors", bytes, type: "application/vnd.patchbay.connector")
            let refusal = answer.body["error"]?["details"]?["refusal"]
            #expect(answer.status == 409 && answer.body["error"]?["code"] == "CONNECTOR_REFUSED", "\(answer.text)")
            #expect(refusal?["code"]?.string == code, "\(file): \(answer.text)")
            for member in ["have", "need", "hint"] { #expect(refusal?[member]?.string?.isEmpty == false, "\(file)") }
        }
        #expect(try Self.files(installation).subtracting(before) == [])
        #expect(try await host.send("GET", "/api/v1/connectors").body == connectors)
        // Expanding stops long before the end of a bomb.
        let status = try String(contentsOfFile: "/proc/\(host.program.pid)/status", encoding: .utf8)
        let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }?.split(separator: " ").dropLast().last
        #expect((peak.flatMap { Int($0) } ?? .max) < 400 << 10, "\(status)")
        #expect(await host.stop() == 0)
    }
}
