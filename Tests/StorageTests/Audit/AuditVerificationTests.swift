import PatchbayCore
import PatchbayPostgres
import PatchbayStorage
import Testing

extension StorageSuites {
    /// What somebody does who may do anything in the database.
    @Suite struct AuditVerificationTests {
        private static let tenant = Stores.tenant.uuid
        private static let third = "where tenant_id = '\(tenant)' and sequence = 3"
        private static let zeros = "00000000-0000-0000-0000-000000000000"

        /// Does something to a chain of six and says what a look at it finds; puts it back.
        private func find(_ statement: String, _ audited: Audited) async throws -> AuditVerdict.Flaw? {
            let pool = audited.stores.pool
            _ = try await pool.withConnection { try await $0.execute(statement) }
            var flaw: AuditVerdict.Flaw?
            for chain in try await PostgresAuditTrail.chains(audited.stores.engine) where flaw == nil {
                flaw = try await audited.trail.verify(chain, anchor: nil).flaw
            }
            try await pool.withConnection {
                try await $0.execute(
                    """
                    delete from audit_events; insert into audit_events select * from kept_events;
                    delete from audit_heads; insert into audit_heads select * from kept_heads
                    """)
            }
            return flaw
        }

        private func withChain(_ body: (Audited) async throws -> Void) async throws {
            try await withAudit { audited in
                let account = AccountID.new(at: Stores.start)
                for number in 1...6 {
                    try await audited.log.append([Audited.event(number, by: .account(account, nil))])
                }
                try await audited.stores.pool.withConnection {
                    try await $0.execute(
                        """
                        alter table audit_events drop constraint audit_events_outcome_check;
                        create table kept_events as select * from audit_events;
                        create table kept_heads as select * from audit_heads
                        """)
                }
                try await body(audited)
            }
        }

        @Test func `one changed byte is found in whichever column it is`() async throws {
            try await withChain { audited in
                let columns = try await audited.stores.pool.query(
                    """
                    select attname::text as name, format_type(atttypid, null) as type from pg_attribute
                    where attrelid = 'audit_events'::regclass and attnum > 0 and not attisdropped
                    """)
                #expect(columns.count == 12)
                for column in columns {
                    let (name, type) = try (column.text("name"), column.text("type"))
                    let value =
                        switch type {
                        case "uuid": "'\(Stores.stranger.uuid)'"
                        case "bigint": "sequence + 100"
                        case "timestamp with time zone": "at + interval '1 microsecond'"
                        case "bytea": "set_byte(\(name), 5, get_byte(\(name), 5) # 1)"
                        default: "overlay(\(name) placing 'X' from 1 for 1)"
                        }
                    let flaw = try await find("update audit_events set \(name) = \(value) \(Self.third)", audited)
                    #expect(flaw?.sequence == 3, "\(name)")
                    if type != "bytea" {
                        let empty = type == "text" ? "null" : nil
                        if let empty, !["event", "outcome", "actor"].contains(name) {
                            let flaw = try await find(
                                "update audit_events set \(name) = \(empty) \(Self.third)", audited)
                            #expect(flaw?.kind == .mislabelled, "\(name)")
                        }
                    }
                }
                for change in [
                    "sequence = sequence + 1", "sequence = sequence - 1",
                    "hash = set_byte(hash, 31, get_byte(hash, 31) # 1)",
                    "tenant_id = '\(Stores.stranger.uuid)'",
                ] {
                    let flaw = try await find(
                        "update audit_heads set \(change) where tenant_id = '\(Self.tenant)'", audited)
                    #expect(flaw != nil, "\(change)")
                }
                #expect(try await find("select 1", audited) == nil)
            }
        }

        @Test func `every single byte of a record's content counts`() async throws {
            try await withChain { audited in
                let length = try await audited.stores.pool.query(
                    "select length(content)::bigint as n from audit_events \(Self.third)"
                ).one().int("n")
                for byte in 0..<length {
                    let flaw = try await find(
                        """
                        update audit_events
                        set content = set_byte(content, \(byte), get_byte(content, \(byte)) # 32) \(Self.third)
                        """, audited)
                    #expect(flaw?.kind == .changed && flaw?.sequence == 3, "\(byte)")
                }
            }
        }

        @Test func `a record that is missing, moved, put in or cut off is found with its place`() async throws {
            try await withChain { audited in
                let events = "audit_events where tenant_id = '\(Self.tenant)'"
                let cases: [(String, AuditVerdict.Flaw.Kind, Int)] = [
                    ("delete from \(events) and sequence = 3", .missing, 3),
                    ("delete from \(events) and sequence = 1", .missing, 1),
                    ("delete from \(events) and sequence = 6", .missing, 6),
                    ("delete from \(events) and sequence > 2", .missing, 3),
                    ("delete from \(events)", .missing, 1),
                    // Closed up again behind it.
                    (
                        """
                        delete from \(events) and sequence = 3;
                        update audit_events set sequence = sequence - 1 where tenant_id = '\(Self.tenant)' and sequence = 4;
                        update audit_events set sequence = sequence - 1 where tenant_id = '\(Self.tenant)' and sequence = 5;
                        update audit_events set sequence = sequence - 1 where tenant_id = '\(Self.tenant)' and sequence = 6;
                        update audit_heads set sequence = 5 where tenant_id = '\(Self.tenant)'
                        """, .unlinked, 3
                    ),
                    // Two that change places.
                    (
                        """
                        update audit_events set sequence = 100 \(Self.third);
                        update audit_events set sequence = 3 where tenant_id = '\(Self.tenant)' and sequence = 4;
                        update audit_events set sequence = 4 where tenant_id = '\(Self.tenant)' and sequence = 100
                        """, .unlinked, 3
                    ),
                    // A content with a hash that fits it.
                    (
                        """
                        update audit_events set content = 'x', hash = sha256(previous || 'x') \(Self.third)
                        """, .changed, 3
                    ),
                    // Put in front, and behind.
                    (
                        """
                        insert into audit_events select tenant_id, 0, at, event, outcome, actor, account, resource_type,
                            resource_id, content, previous, hash from audit_events \(Self.third)
                        """, .missing, 1
                    ),
                    (
                        """
                        insert into audit_events select tenant_id, 7, at, event, outcome, actor, account, resource_type,
                            resource_id, 'x', hash, sha256(hash || 'x') from \(events) and sequence = 6
                        """, .changed, 7
                    ),
                    ("delete from audit_heads where tenant_id = '\(Self.tenant)'", .head, 6),
                    // A chain that was taken over from another tenant.
                    (
                        """
                        update audit_events set tenant_id = '\(Stores.stranger.uuid)' where tenant_id = '\(Self.tenant)';
                        update audit_heads set tenant_id = '\(Stores.stranger.uuid)' where tenant_id = '\(Self.tenant)'
                        """, .changed, 1
                    ),
                ]
                for (statement, kind, sequence) in cases {
                    let flaw = try await find(statement, audited)
                    #expect(
                        flaw?.kind == kind && flaw?.sequence == sequence, "\(statement): \(String(describing: flaw))")
                }
            }
        }

        @Test func `a tail that was cut off with its head is found by an end that was kept elsewhere`() async throws {
            try await withChain { audited in
                let trail = audited.trail
                let head = try #require(try await trail.verify(Stores.tenant, anchor: nil).head)
                #expect(head.sequence == 6)
                // What comes later does not disturb it.
                try await audited.append(7...8)
                #expect(try await trail.verify(Stores.tenant, anchor: head).flaw == nil)
                try await audited.stores.pool.withConnection {
                    try await $0.execute(
                        """
                        delete from audit_events where tenant_id = '\(Self.tenant)' and sequence > 4;
                        update audit_heads set sequence = 4, hash = (select hash from audit_events
                            where tenant_id = '\(Self.tenant)' and sequence = 4) where tenant_id = '\(Self.tenant)'
                        """)
                }
                #expect(try await trail.verify(Stores.tenant, anchor: nil).flaw == nil)
                let cut = try await trail.verify(Stores.tenant, anchor: head).flaw
                #expect(cut?.kind == .anchor && cut?.sequence == 5)
                // Written anew behind the cut, there are as many again, but not the same.
                try await audited.append(5...9)
                #expect(try await trail.verify(Stores.tenant, anchor: nil).flaw == nil)
                let other = try await trail.verify(Stores.tenant, anchor: head).flaw
                #expect(other?.kind == .anchor && other?.sequence == 6)
            }
        }
    }
}
