import DatabaseFixture
import HostFixture
import PatchbayJSON
import Testing

/// Keys are replaced by commands, which are killed again and again, while a host carries runs out.
@Suite(.serialized, .database, .timeLimit(.minutes(5))) struct KeyRotationTests {
    @Test func `no run fails while both kinds of keys are replaced by commands that are killed with -9`()
        async throws
    {
        try await withDatabase { database in
            let installation = try await Installation(["http"])
            let receiver = Receiver()
            try await receiver.listen { url in
                let vault = try await RotatedVault(installation, database, receiver: url)
                do {
                    try await replaceKeys(vault)
                } catch {
                    _ = await vault.host.stop()
                    throw error
                }
                #expect(await vault.host.stop() == 0)
                try await runsWithNewKeyAlone(vault)
                for use in receiver.received {
                    #expect(use.authorization == "Bearer token-of-\(use.body["name"]?.string ?? "")")
                }
            }
        }
    }

    private func replaceKeys(_ vault: RotatedVault) async throws {
        let load = CredentialLoad(vault.host, vault.places)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await load.run() }
            defer { load.stop() }
            try await load.goesOn()
            try await rotate(vault, load)
            try await rewrap(vault, load)
            try await load.goesOn(by: max(0, 300 - load.completed))
            load.stop()
            try await group.waitForAll()
        }
        #expect(load.failures == [])
        #expect(load.completed >= 300)
        print("keys replaced beneath runs: \(load.completed) completed, \(load.failures.count) failed")
        try await isAllUnderNewestKeys(vault)
    }

    /// A new data key for each tenant. The command dies before it has made the first, at several credentials, and at the
    /// other tenant's only one.
    private func rotate(_ vault: RotatedVault, _ load: CredentialLoad) async throws {
        let credentials = ["c0", "c7", "c31", "c50", "c\(RotatedVault.count - 1)"]
        try await vault.kill(
            "rotate-data-keys",
            before: "tenant_keys k where state = 'current' and exists (select from credentials c "
                + "where c.tenant_id = k.tenant_id and c.name = 'c0')")
        for name in credentials + ["other"] {
            try await vault.kill("rotate-data-keys", before: "credentials where name = '\(name)'")
            try await load.goesOn()
            // What is stored meanwhile is sealed with the newest key, and is not lost.
            try await vault.add("added-at-\(name)")
            try await vault.change("c1")
            try await vault.change("c58")
        }
        // Finished work is not done once more, however often the command is called.
        let outcome = try await vault.vault("rotate-data-keys", "--older-than", "1h")
        #expect(outcome["items"]?.array?.count == 2)
        let again = try await vault.vault("rotate-data-keys", "--older-than", "1h")
        #expect(
            again["items"]?.array?.allSatisfy { $0["left"] == true && $0["resealed"] == 0 } == true, "\(again.text)")
        #expect(outcome["items"]?.array?.allSatisfy { $0["failures"] == [] } == true, "\(outcome.text)")
    }

    /// All data keys under the other key-encryption key. The command dies at a key of the tenant that it begins with, then at a
    /// retired and at the current one of the other.
    private func rewrap(_ vault: RotatedVault, _ load: CredentialLoad) async throws {
        let first = "tenant_id = (select tenant_id from credentials where name = 'c0')"
        for row in [
            "tenant_keys where not (\(first)) and state = 'current'",
            "tenant_keys where \(first) and state = 'retired' order by created_at limit 1",
            "tenant_keys where \(first) and state = 'current'",
        ] {
            try await vault.kill("rewrap", key: 1, before: row)
            try await load.goesOn()
            try await vault.change("c30")
        }
        let outcome = try await vault.vault("rewrap", key: 1)
        #expect(outcome["failures"] == [], "\(outcome.text)")
    }

    private func isAllUnderNewestKeys(_ vault: RotatedVault) async throws {
        let status = try await vault.vault("status", alone: true, key: 1)
        let keys = try #require(status["keys"]?.array)
        let wrapper = try #require(status["wrappers"]?.array?.first)
        #expect(status["wrappers"]?.array?.count == 1)
        #expect(status["without_data_key"] == [])
        #expect(keys.allSatisfy { $0["wrapper"] == wrapper && $0["can_be_opened"] == true }, "\(status.text)")
        let sealing = keys.filter { $0["credentials"] != 0 }
        #expect(sealing.allSatisfy { $0["state"] == "current" }, "\(status.text)")
        #expect(keys.count { $0["state"] == "current" } == 2)
        // Six were added while the keys were replaced.
        #expect(Set(sealing.compactMap { $0["credentials"]?.int }) == [Int64(RotatedVault.count + 6), 1])
    }

    private func runsWithNewKeyAlone(_ vault: RotatedVault) async throws {
        let host = try await vault.servedWithNewKeyAlone()
        for place in vault.places {
            let run = try await host.send(
                "POST", "/api/v1/workflows/\(place.workflow)/execute", ["input": [:]], headers: place.headers)
            #expect(run.body["status"] == "completed", "\(run.text)")
        }
        #expect(await host.stop() == 0)
    }
}
