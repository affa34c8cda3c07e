package import PatchbayCore
import PatchbayPostgres

extension PostgresCredentialStore {
    package func change(
        _ id: CredentialID, in tenant: TenantID, under key: DataKeyID,
        _ change: (SealedCredential) async throws -> SealedCredential?
    ) async throws -> SealedCredential? {
        try await pool.transaction(in: tenant) { connection in
            try await Self.hold(key, in: tenant, over: connection)
            guard let row = try await connection.query(Self.lock, [.id(tenant), .id(id)]).first else { return nil }
            let present = try Self.credential(row)
            guard let changed = try await change(present) else { return present }
            try await Self.store(changed, over: connection)
            return changed
        }
    }

    private static let lock = selectByID + " for update"

    private static func store(_ credential: SealedCredential, over connection: PostgresConnection) async throws {
        let record = credential.record
        do {
            _ = try await connection.query(
                update,
                [
                    .id(record.tenant), .id(record.id), .words(record.name),
                    .optional(record.connector, PostgresValue.words), list(record.hosts), .document(record.settings),
                    .moment(record.updatedAt), list(record.sharedWith), .word(record.state),
                    .optional(record.reason, PostgresValue.words), .optional(credential.content.key, PostgresValue.id),
                    .bytes(credential.content.bytes),
                ])
        } catch  where error.code == .uniqueViolation {
            throw StoreConflict.nameTaken(record.name)
        }
    }

    private static let update = """
        update credentials
        set name = $3, connector = $4, hosts = $5, settings = $6, updated_at = $7, shared_with = $8, state = $9,
            reason = $10, key_id = $11, sealed = $12
        where tenant_id = $1 and credential_id = $2
        """

    package func reseal(
        _ id: CredentialID, in tenant: TenantID, expecting: SealedContent, with content: SealedContent
    ) async throws -> Bool {
        try await pool.transaction(in: tenant) { connection in
            try await Self.hold(content.key, in: tenant, over: connection)
            return try await connection.query(
                Self.replaceContent,
                [
                    .id(tenant), .id(id), .bytes(expecting.bytes), .optional(content.key, PostgresValue.id),
                    .bytes(content.bytes),
                ]
            ).affected > 0
        }
    }

    private static let replaceContent = """
        update credentials set key_id = $4, sealed = $5 where tenant_id = $1 and credential_id = $2 and sealed = $3
        """

    package func credentials(
        notUnder key: DataKeyID, after: CredentialID?, limit: Int, in tenant: TenantID
    ) async throws -> [SealedCredential] {
        try await pool.rows(
            Self.selectOthers,
            [.id(tenant), .id(key), .optional(after, PostgresValue.id), .number(limit)], in: tenant
        ).map(Self.credential)
    }

    private static let selectOthers = """
        select \(columns) from credentials
        where tenant_id = $1 and key_id is distinct from $2 and ($3::uuid is null or credential_id > $3)
        order by credential_id limit $4
        """
}
