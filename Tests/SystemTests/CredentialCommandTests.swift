import HTTPTypes
import HostFixture
import Hummingbird
import NIOCore
import PatchbayJSON
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct CredentialCommandTests {
    /// A vendor who knows one key.
    private static func vendor() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("/v1/models") { request, _ in
            let isKnown = request.headers[.authorization] == "Bearer sk-good"
            let answer: JSON =
                isKnown
                ? ["object": "list", "data": [["id": "small", "object": "model"]]]
                : ["error": ["message": "Incorrect API key provided.", "code": "invalid_api_key"]]
            return Response(
                status: isKnown ? .ok : .unauthorized, headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.bytes())))
        }
        return router
    }

    @Test func `a credential of a tenant is added, tested, changed and removed from the shell`() async throws {
        try await Self.vendor().listen { url in
            let installation = try await Installation(["openai"])
            let host = try await installation.serve()
            let made = try await installation.command(["tenant", "create", "Acme", "--json"])
            let tenant = try #require(try JSON(parsing: made.output)["id"]?.string, "\(made.errors)")
            let settings = ["PATCHBAY_API_KEY": host.key]
            func credential(_ words: String..., input: String = "", of owner: String? = tenant) async throws
                -> (status: Int32, output: String, errors: String)
            {
                try await installation.command(
                    ["credential"] + words + (owner.map { ["--tenant", $0] } ?? []), input: input, adding: settings)
            }
            for (name, key) in [("good", "sk-good"), ("bad", "sk-canary")] {
                let added = try await credential(
                    "add", name, "--kind", "bearer", "--connector", "openai", "--set", "base_url=\(url)/v1",
                    input: key + "\n")
                #expect(added.status == 0, "\(added.errors)")
            }
            #expect(try await credential("list").output.contains("good"))
            #expect(try await !credential("list", of: nil).output.contains("good"), "it is the other tenant's")
            #expect(try await credential("show", "good", of: nil).status == 1)

            let good = try await credential("test", "good", "--host", host.url, "--json")
            #expect(good.status == 0, "\(good.errors)")
            #expect(
                try JSON(parsing: good.output) == ["operation": "openai@1.0.0/list_models", "ok": true, "error": .null])
            let bad = try await credential("test", "bad", "--host", host.url)
            #expect(bad.status == 1)
            #expect(bad.errors.contains("bad does not work (auth_denied)"), "\(bad.errors)")
            #expect(!bad.errors.contains("canary") && !bad.output.contains("canary"))
            #expect(try await credential("test", "good", "--host", host.url, of: nil).status == 1)
            let wanted = try await credential("test", "good", "--host", host.url, "--operation", "chat_completion")
            #expect(wanted.status == 1, "what writes tests nothing")

            #expect(try await credential("change", "bad", "--field", "token", input: "sk-good\n").status == 0)
            #expect(try await credential("test", "bad", "--host", host.url).status == 0)
            #expect(try await credential("remove", "bad").status == 0)
            let gone = try await credential("test", "bad", "--host", host.url)
            #expect(gone.status == 1 && gone.errors.contains("CREDENTIAL_NOT_FOUND"))
            for nobody in ["ten_x", "acme"] { #expect(try await credential("list", of: nobody).status != 0) }
            let away = try await credential("list", of: "ten_01j0000000e008000000000009")
            #expect(away.status == 1 && away.errors.contains("patchbay tenant list"))
            #expect(await host.stop() == 0)
        }
    }
}
