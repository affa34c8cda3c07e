import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayModules

@Suite struct ManifestReadingTests {
    private func staged(_ change: (inout JSONObject) -> Void = { _ in }) -> JSON {
        var document = FixtureManifest.declared().object ?? [:]
        document["platform"] = ["os": "linux", "arch": "x86_64", "least_glibc": "2.34"]
        document["library"] = ["file": "fixture.so", "sha256": .string(String(repeating: "a", count: 64)), "size": 1]
        change(&document)
        return .object(document)
    }

    private func problems(_ change: (inout JSONObject) -> Void) -> [ManifestProblem] {
        let reading = Manifest.read(staged(change))
        #expect(reading.problems.isEmpty == (reading.manifest != nil))
        return reading.problems
    }

    @Test func `a whole manifest gives all it says`() throws {
        let manifest = try #require(
            Manifest.read(
                staged {
                    $0["license"] = "Apache-2.0"
                    $0["docs"] = "https://example.com"
                    $0["permissions"] = [
                        "hosts": ["slack.com", "*.slack.com:8443", "*", ["setting": "base_url"]],
                        "credentials": [
                            [
                                "name": "bot", "title": "Bot", "about": "x", "required": false, "access": "read",
                                "kinds": [
                                    ["kind": "bearer"], ["kind": "secret"],
                                    ["kind": "api_key", "in": "query", "name": "key"],
                                ],
                            ]
                        ],
                    ]
                    $0["operations"] = [
                        [
                            "id": "send", "kind": "action", "title": "Send", "effect": "read", "credential": "bot",
                            "timeout_ms": 5, "input": ["type": "object"], "output": true,
                            "docs": "https://example.com/s",
                        ],
                        [
                            "id": "drop", "kind": "action", "title": "Drop", "effect": "delete", "idempotent": true,
                            "input": ["type": "object"], "output": ["type": "object"],
                        ],
                    ]
                }
            ).manifest)
        #expect(manifest.id == "fixture")
        #expect(manifest.version == Version("1.0.0"))
        #expect(manifest.license == "Apache-2.0")
        #expect(manifest.hosts.count == 4)
        #expect(manifest.hosts[2] == .any)
        #expect(manifest.hosts[3] == .setting("base_url"))
        #expect(manifest.credential("bot")?.kinds == [.bearer, .secret, .query(name: "key", prefix: "")])
        #expect(manifest.credential("bot")?.access == .read)
        #expect(manifest.platform?.leastGlibc == GlibcVersion(major: 2, minor: 34))
        let send = try #require(manifest.declaration(of: "send"))
        #expect(send.reference.description == "fixture@1.0.0/send")
        #expect(send.isIdempotent, "reading is")
        #expect(send.timeout == 5)
        #expect(send.credential == CredentialSlot(name: "bot", kinds: [.bearer, .secret, .apiKey], isRequired: false))
        let drop = try #require(manifest.declaration(of: "drop"))
        #expect(drop.timeout == 30_000, "the connector's own limit")
        #expect(drop.credential == nil)
        #expect(manifest.declaration(of: "nothing") == nil)
        #expect(manifest.declared["library"] == nil)
        #expect(manifest.declared["id"] == "fixture")
    }

    @Test func `a declared part needs no platform and no library`() {
        let reading = Manifest.read(FixtureManifest.declared(), as: .declared)
        #expect(reading.manifest != nil)
        #expect(reading.manifest?.platform == nil)
        #expect(Manifest.read(FixtureManifest.declared()).problems.map(\.pointer) == ["/platform", "/library"])
    }

    @Test func `everything that is wrong is told at once`() {
        let problems = Manifest.read(["manifest_version": 2, "id": "Bad Id", "version": "1", "operations": []]).problems
        #expect(
            problems.map(\.pointer) == [
                "/manifest_version", "/id", "/version", "/name", "/summary", "/category", "/abi", "/sdk", "/isolation",
                "/settings", "/permissions", "/limits", "/operations", "/platform", "/library",
            ])
        #expect(problems[1].description.hasPrefix("/id: is \"Bad Id\"; need 1 to 63 lower-case letters"))
        #expect(problems[3].message == "is missing")
    }

    @Test func `what is no object is no manifest`() {
        #expect(Manifest.read([1, 2]).problems.map(\.description) == ["/: is [1,2]; need an object"])
    }

    @Test(arguments: [
        "", "A", "1a", "-a", "a_b", "a.b", "a/b", "ä", String(repeating: "a", count: 64),
    ]) func `an id becomes a folder's name, so few characters are allowed`(id: String) {
        #expect(problems { $0["id"] = .string(id) }.map(\.pointer) == ["/id"])
    }

    @Test func `ids are unique and slots exist`() {
        let operation: JSON = [
            "id": "send", "kind": "action", "title": "Send", "effect": "read", "credential": "nope",
            "input": ["type": "object"], "output": ["type": "object"],
        ]
        var second = operation.object ?? [:]
        second["credential"] = "key"
        let found = problems { $0["operations"] = [operation, .object(second), .object(second)] }
        #expect(found.map(\.pointer) == ["/operations/0/credential", "/operations/1/id", "/operations/2/id"])
        #expect(found[0].need == "`key`")
    }

    @Test(
        arguments: [
            ("who_am_i", nil), ("nobody", "names `nobody`, which is no operation"),
            ("send", "names `send`, which cannot be a check"), ("find", "names `find`, which cannot be a check"),
            ("open", "names `open`, which cannot be a check"), ("Who?", "is \"Who?\""),
        ] as [(String, String?)])
    func `a credential is checked by an action that reads, takes it and needs nothing else`(
        check: String, problem: String?
    ) {
        func operation(_ id: String, _ effect: String, needs: [JSON] = [], credential: JSON? = "bot") -> JSON {
            var operation: JSONObject = [
                "id": .string(id), "kind": "action", "title": "Act", "effect": .string(effect),
                "input": ["type": "object", "required": .array(needs)], "output": true,
            ]
            operation["credential"] = credential
            return .object(operation)
        }
        let found = problems {
            $0["permissions"] = [
                "hosts": [],
                "credentials": [
                    [
                        "name": "bot", "title": "Bot", "access": "inject", "kinds": [["kind": "bearer"]],
                        "check": .string(check),
                    ]
                ],
            ]
            $0["operations"] = [
                operation("who_am_i", "read"), operation("send", "write"), operation("find", "read", needs: ["text"]),
                operation("open", "read", credential: nil),
            ]
        }
        #expect(found.map(\.message) == [problem].compactMap { $0 })
        #expect(found.allSatisfy { $0.pointer == "/permissions/credentials/0/check" })
    }

    @Test func `hosts parse, and those of settings name one`() {
        let found = problems {
            $0["permissions"] = [
                "hosts": ["a b", "x:0", ["setting": "nope"], ["setting": "base_url", "more": 1], 7, "ok.example.com"],
                "credentials": [],
            ]
            $0["operations"] = [
                [
                    "id": "a", "kind": "action", "title": "A", "effect": "read", "input": ["type": "object"],
                    "output": ["type": "object"],
                ]
            ]
        }
        #expect(
            found.map(\.pointer) == [
                "/permissions/hosts/0", "/permissions/hosts/1", "/permissions/hosts/2", "/permissions/hosts/3",
                "/permissions/hosts/4",
            ])
        #expect(found[2].need == "a member of /settings/properties")
    }

    @Test func `credential slots say what fits, each kind once`() {
        let found = problems {
            $0["permissions"] = [
                "hosts": [],
                "credentials": [
                    [
                        "name": "key", "title": "K", "access": "inject",
                        "kinds": [["kind": "bearer"], ["kind": "bearer"]],
                    ],
                    ["name": "key", "title": "K", "access": "steal", "kinds": []],
                    [
                        "name": "Other", "title": "", "access": "inject", "required": 1,
                        "kinds": [
                            ["kind": "magic"], ["kind": "api_key", "in": "body", "name": "a:b"],
                            ["kind": "api_key", "in": "header", "name": "X", "prefix": "\n"],
                        ],
                    ], "text",
                ],
            ]
        }
        #expect(
            found.map(\.pointer) == [
                "/permissions/credentials/0/kinds/1", "/permissions/credentials/1/access",
                "/permissions/credentials/1/kinds", "/permissions/credentials/2/name",
                "/permissions/credentials/2/title", "/permissions/credentials/2/required",
                "/permissions/credentials/2/kinds/0", "/permissions/credentials/2/kinds/1/in",
                "/permissions/credentials/2/kinds/1/name", "/permissions/credentials/2/kinds/2/prefix",
                "/permissions/credentials/3",
            ])
    }

    @Test(arguments: [(["place", "name", "prefix"], [String]()), (["place"], ["/name", "/prefix"])])
    func `a key may be sent as settings say, which must be declared`(settings: [String], missing: [String]) {
        let key: JSON = [
            "kind": "api_key", "in": ["setting": "place"], "name": ["setting": "name"], "prefix": ["setting": "prefix"],
        ]
        let reading = Manifest.read(
            staged { document in
                var properties = JSONObject()
                for name in settings { properties[name] = [:] }
                document["settings"] = ["type": "object", "properties": .object(properties)]
                document["operations"] = [
                    [
                        "id": "send", "kind": "action", "title": "Send", "effect": "read", "credential": "bot",
                        "input": ["type": "object"], "output": true,
                    ]
                ]
                document["permissions"] = [
                    "hosts": [], "credentials": [["name": "bot", "title": "K", "access": "inject", "kinds": [key]]],
                ]
            })
        #expect(reading.problems.map(\.pointer) == missing.map { "/permissions/credentials/0/kinds/0" + $0 })
        guard missing.isEmpty else { return }
        let kind = CredentialDeclaration.Kind.chosen(
            placeSetting: "place", nameSetting: "name", prefixSetting: "prefix")
        #expect(reading.manifest?.credential("bot")?.kinds == [kind])
    }

    @Test func `a provider of tokens is read with what is said of it`() {
        func read(_ kind: JSON) -> ManifestReading {
            Manifest.read(
                staged { document in
                    document["permissions"] = [
                        "hosts": [],
                        "credentials": [["name": "bot", "title": "K", "access": "inject", "kinds": [kind]]],
                    ]
                    document["operations"] = [
                        [
                            "id": "send", "kind": "action", "title": "Send", "effect": "read", "credential": "bot",
                            "input": ["type": "object"], "output": true,
                        ]
                    ]
                })
        }
        let whole: JSON = [
            "kind": "oauth2", "authorize_url": "https://a.example/authorize?x=1",
            "token_url": "https://a.example/token",
            "revoke_url": "https://a.example/revoke", "scopes": ["a:b", "c"], "client_authentication": "body",
        ]
        let provider = OAuthProvider(
            authorizeURL: "https://a.example/authorize?x=1", tokenURL: "https://a.example/token",
            revokeURL: "https://a.example/revoke", scopes: ["a:b", "c"], authentication: "body")
        let manifest = read(whole).manifest
        #expect(manifest?.credential("bot")?.kinds == [.oauth2(provider)])
        #expect(manifest?.declaration(of: "send")?.credential?.kinds == [.oauth2])
        #expect(manifest.flatMap { OAuthProvider(inManifest: $0.document) } == provider)
        #expect(read(["kind": "oauth2"]).manifest?.credential("bot")?.kinds == [.oauth2(OAuthProvider())])
        let wrong: JSON = [
            "kind": "oauth2", "authorize_url": "http://a.example", "token_url": "https://u@a.example",
            "revoke_url": "https://a.example/#x", "scopes": ["a b", 1], "client_authentication": "magic",
        ]
        #expect(
            read(wrong).problems.map(\.pointer)
                == [
                    "/authorize_url", "/token_url", "/revoke_url", "/scopes/0", "/scopes/1", "/client_authentication",
                ].map { "/permissions/credentials/0/kinds/0" + $0 })
        let many: JSON = ["kind": "oauth2", "scopes": .array((0...100).map { .string("s\($0)") })]
        #expect(read(many).problems.map(\.pointer) == ["/permissions/credentials/0/kinds/0/scopes"])
    }

    @Test func `two slots of one name are a problem`() {
        let slot: JSON = ["name": "key", "title": "K", "access": "inject", "kinds": [["kind": "bearer"]]]
        let found = problems { $0["permissions"] = ["hosts": [], "credentials": [slot, slot]] }
        #expect(found.map(\.pointer) == ["/permissions/credentials/1/name"])
    }

    @Test func `schemas are of objects, limits are within reason`() {
        let found = problems {
            $0["settings"] = ["type": "string"]
            $0["limits"] = ["concurrency": 0, "timeout_ms": 86_400_001]
            $0["abi"] = ["major": 0, "least_minor": -1]
            $0["sdk"] = ["name": "x", "version": "", "language": 5, "runtime": "jvm"]
            $0["isolation"] = "nowhere"
            $0["platform"] = ["os": "linux", "arch": "x86_64", "least_glibc": "new"]
            $0["library"] = ["file": "../evil.so", "sha256": "ABC", "size": 0]
            $0["operations"] = [
                "x",
                [
                    "id": "A-B", "kind": "guess", "title": "T", "effect": "burn", "idempotent": "yes", "timeout_ms": 0,
                    "input": [:], "output": 3, "examples": [["input": 1]],
                ],
            ]
        }
        #expect(
            found.map(\.pointer) == [
                "/abi/major", "/abi/least_minor", "/sdk/version", "/sdk/language", "/sdk/runtime", "/isolation",
                "/settings", "/limits/concurrency", "/limits/timeout_ms", "/operations/0", "/operations/1/id",
                "/operations/1/kind", "/operations/1/effect", "/operations/1/idempotent", "/operations/1/timeout_ms",
                "/operations/1/input", "/operations/1/output", "/operations/1/examples/0/input",
                "/platform/least_glibc", "/library/file", "/library/sha256", "/library/size",
            ])
    }

    @Test func `what this host does not know is kept, and only said`() {
        let reading = Manifest.read(
            staged {
                $0["a/b~c"] = 1
                $0["limits"] = ["concurrency": 1, "timeout_ms": 1, "memory_kb": 5]
            })
        #expect(reading.warnings.map(\.pointer) == ["/limits/memory_kb", "/a~1b~0c"])
        #expect(reading.manifest?.document["a/b~c"] == 1)
    }

    @Test func `a long offending value is cut`() {
        let found = problems { $0["id"] = .string(String(repeating: "x", count: 500)) }
        #expect((found.first?.message.count ?? 0) < 100)
    }

    @Test(arguments: [
        ("2.34", "2.34"), ("2.2.5", "2.2"), ("2", ""), ("2.x", ""), ("2..4", ""), ("2.34.1.1", ""), ("+2.3", ""),
    ]) func `versions of glibc are read`(text: String, expected: String) {
        #expect((GlibcVersion(text)?.description ?? "") == expected)
    }

    @Test func `versions of glibc have an order`() {
        #expect(GlibcVersion(major: 2, minor: 9) < GlibcVersion(major: 2, minor: 34))
        #expect(GlibcVersion(major: 3, minor: 0) > GlibcVersion(major: 2, minor: 34))
    }
}
