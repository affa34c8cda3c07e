import Crypto
import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

/// Large values of journal entries, and large bodies of deliveries, kept by their content: one that passes through many
/// steps is stored once.
///
/// A value is stored by the run's own task before the entry that names it, so that it holds up nobody else's entries. When
/// the entry is never written, the value is swept with those of its run's time.
struct BlobStore: Sendable {
    /// The least an entry's data takes, in bytes, before values are moved out of it.
    static let threshold = 64 << 10
    /// Looked for in place by those who follow changes.
    private static let kept = "error"

    let pool: PostgresPool
    let threshold: Int
    let meter: UsageMeter?
    private let recent = RecentBlobs()

    init(pool: PostgresPool, threshold: Int, meter: UsageMeter? = nil) {
        self.pool = pool
        self.meter = meter
        self.threshold = threshold
    }

    /// An entry's data as it is written.
    struct Stored: Sendable {
        var data: PostgresValue
        /// Null, or {member or pointer: digest}.
        var blobs = PostgresValue.null
    }

    func store(_ entries: [JournalEntry], of run: RunID, in tenant: TenantID) async throws -> [Stored] {
        var stored: [Stored] = []
        for entry in entries { stored.append(try await store(entry.data, of: run, in: tenant)) }
        return stored
    }

    /// The data of entries none of which is so large that a value is moved out of it; nil for others.
    func small(_ entries: [JournalEntry]) -> [Stored]? {
        var stored: [Stored] = []
        for entry in entries {
            let data = entry.data.bytes()
            guard data.count <= threshold else { return nil }
            stored.append(Stored(data: .json(data)))
        }
        return stored
    }

    /// Moves large members out of data that is too large.
    private func store(_ data: JSON, of run: RunID, in tenant: TenantID) async throws -> Stored {
        let whole = data.bytes()
        guard whole.count > threshold, case .object(var members) = data else { return Stored(data: .json(whole)) }
        var digests: JSONObject = [:]
        var files = JournalFiles(least: threshold / 4)
        if case .object(let rest) = files.stripped(data) { members = rest }
        for file in files.found {
            digests[file.pointer] = .string(try await store(file.content.bytes(), of: run, in: tenant))
        }
        for member in members where member.name != Self.kept {
            let content = member.value.bytes()
            guard content.count > threshold / 4 else { continue }
            digests[member.name] = .string(try await store(content, of: run, in: tenant))
            members[member.name] = .null
        }
        guard !digests.isEmpty else { return Stored(data: .json(whole)) }
        return Stored(data: .document(.object(members)), blobs: .document(.object(digests)))
    }

    private func store(_ content: [UInt8], of run: RunID, in tenant: TenantID) async throws -> String {
        try await keep(content, of: run, in: tenant).text
    }

    /// Stores content and answers its digest, as bytes and in hexadecimal. What this process sent lately is only mentioned;
    /// when it is gone meanwhile, it is sent again.
    func keep(
        _ content: [UInt8], of run: RunID, in tenant: TenantID
    ) async throws -> (bytes: [UInt8], text: String) {
        let blob = RecentBlobs.Blob(tenant: tenant, digest: Array(SHA256.hash(data: content)))
        if recent.contains(blob) {
            let known = try await pool.rows(Self.mention, [.id(tenant), .bytes(blob.digest), .id(run)], in: tenant)
            if let row = known.first { return (blob.digest, try row.text("digest")) }
        }
        let row = try await pool.rows(Self.insert, [.id(tenant), .bytes(content), .id(run)], in: tenant).one()
        recent.insert(blob)
        // Another process may have sent it before; that is known only to the database, and not asked for.
        meter?.add([UsageMeter.Key(tenant, at: run.moment): UsageMeter.Amount(bytes: content.count)])
        return (blob.digest, try row.text("digest"))
    }

    private static let mention = """
        update blobs b set newest_run = greatest(b.newest_run, $3) where tenant_id = $1 and digest = $2
        returning encode(digest, 'hex') as digest
        """

    private static let insert = """
        insert into blobs as b (tenant_id, digest, content, newest_run) values ($1, sha256($2), $2, $3)
        on conflict (tenant_id, digest) do update set newest_run = greatest(b.newest_run, excluded.newest_run)
        returning encode(digest, 'hex') as digest
        """

    /// Entries of rows with `PostgresRunStore.entryColumns`, with all their values: those that are kept apart are read now,
    /// each once.
    static func entries(
        _ rows: [PostgresRow], over read: (String, [PostgresValue]) async throws -> PostgresRows
    ) async throws -> [JournalEntry] {
        var entries = try rows.map(PostgresRunStore.entry)
        var places: [Place: [(entry: Int, member: String)]] = [:]
        for (index, row) in rows.enumerated() where try !row.isNull("blobs") {
            let tenant: TenantID = try row.id("tenant_id")
            for member in try row.document("blobs").object ?? [:] {
                places[Place(tenant: tenant, digest: member.value.string ?? ""), default: []].append(
                    (index, member.name))
            }
        }
        guard !places.isEmpty else { return entries }
        let wanted = Array(places.keys)
        let found = try await read(
            Self.select, [.array(.uuid, wanted.map { .id($0.tenant) }), .array(.text, wanted.map { .text($0.digest) })])
        var files: [(entry: Int, pointer: String, content: JSON)] = []
        for row in found {
            let place = try Place(tenant: row.id("tenant_id"), digest: row.text("digest"))
            let content = try row.content("content")
            for (entry, member) in places.removeValue(forKey: place) ?? [] {
                if JournalFiles.isPointer(member) {
                    files.append((entry, member, content))
                    continue
                }
                guard case .object(var members) = entries[entry].data else { continue }
                members[member] = content
                entries[entry].data = .object(members)
            }
        }
        // They may belong into members that were kept apart themselves.
        for file in files {
            entries[file.entry].data = JournalFiles.put(file.content, at: file.pointer, into: entries[file.entry].data)
        }
        guard places.isEmpty else {
            throw StorageError(description: "the journal names a value that is not in table blobs")
        }
        return entries
    }

    private struct Place: Hashable {
        var tenant: TenantID
        var digest: String
    }

    private static let select = """
        select b.tenant_id, wanted.digest, b.content
        from unnest($1::uuid[], $2::text[]) as wanted (tenant_id, digest)
            join blobs b on b.tenant_id = wanted.tenant_id and b.digest = decode(wanted.digest, 'hex')
        """
}

extension RunID {
    /// When it was made, to the millisecond (RFC 9562, section 5.7).
    fileprivate var moment: Timestamp { Timestamp(milliseconds: Int64(high >> 16)) }
}
