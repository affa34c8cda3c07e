import PatchbayCore
import PatchbayPostgres
import PatchbayStorage
import Testing

extension StorageSuites {
    @Suite struct SchemaTests {
        private static let words: [(constraint: String, words: [String])] = [
            ("tenants_state_check", TenantRecord.State.allCases.map(\.rawValue)),
            ("schedule_firings_outcome_check", ScheduleFiring.Outcome.allCases.map(\.rawValue)),
            ("workflows_status_check", WorkflowRecord.Status.allCases.map(\.rawValue)),
            ("run_messages_kind_check", RunMessage.Kind.allCases.map(\.rawValue)),
            ("connector_gates_state_check", GateRecord.State.allCases.map(\.rawValue)),
            ("connector_versions_state_check", ConnectorInstallation.State.allCases.map(\.rawValue)),
            ("run_log_level_check", LogLine.Level.allCases.map(\.rawValue)),
            ("credentials_kind_check", CredentialKind.allCases.map(\.rawValue)),
            ("credentials_state_check", CredentialRecord.State.allCases.map(\.rawValue)),
            ("tenant_keys_state_check", DataKeyRecord.State.allCases.map(\.rawValue)),
            ("tasks_status_check", TaskState.Status.allCases.map(\.rawValue)),
            ("task_entries_kind_check", TaskEntry.Kind.allCases.map(\.rawValue)),
            ("run_watchers_watcher_check", RunWatcher.allCases.map(\.rawValue)),
            ("alert_events_kind_check", AlertEvent.Kind.allCases.map(\.rawValue)),
            ("notices_channel_check", NewNotice.Channel.allCases.map(\.rawValue)),
            ("template_submissions_state_check", SubmissionState.allCases.map(\.rawValue)),
            ("template_reports_state_check", TemplateReport.State.allCases.map(\.rawValue)),
            ("template_reports_reason_check", TemplateReport.Reason.allCases.map(\.rawValue)),
            ("connector_submissions_state_check", SubmissionState.allCases.map(\.rawValue)),
            ("connector_submissions_recall_check", PackageRecall.Kind.allCases.map(\.rawValue)),
            ("sessions_method_check", SessionRecord.Method.allCases.map(\.rawValue)),
        ]

        @Test func `the words of the schema are those of the code`() async throws {
            try await withStores { stores in
                for (constraint, words) in Self.words {
                    let definition = try await stores.pool.query(
                        "select distinct pg_get_constraintdef(oid) as text from pg_constraint where conname = $1",
                        [.text(constraint)]
                    ).one().text("text")
                    // Quoted words stand between apostrophes.
                    let parts = definition.split(separator: "'", omittingEmptySubsequences: false)
                    let stored = parts.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
                    #expect(Set(stored) == Set(words), "\(constraint)")
                }
            }
        }

        @Test func `what each commit of a run writes has no checks, which the server would read anew each time`()
            async throws
        {
            try await withStores { stores in
                let checks = try await stores.pool.query(
                    """
                    select conrelid::regclass::text || '.' || conname::text as name from pg_constraint
                    where contype = 'c' and conrelid::regclass::text in ('runs', 'run_queue')
                        or contype = 'c' and conrelid::regclass::text like 'run_journal%'
                    """)
                #expect(try checks.map { try $0.text("name") } == [])
            }
        }

        @Test func `every key of a tenant's table begins with the tenant`() async throws {
            try await withStores { stores in
                let keys = try await stores.pool.query(
                    """
                    select t.relname::text as relation, i.relname::text as key,
                        (select attname::text from pg_attribute where attrelid = t.oid and attnum = x.indkey[0]) as first
                    from pg_index x join pg_class t on t.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
                    where t.relnamespace = 'public'::regnamespace and (x.indisunique or x.indisprimary)
                    """)
                #expect(keys.count >= 10)
                for row in keys where try Distribution.undistributed[row.text("relation")] == nil {
                    let (key, first) = try (row.text("key"), row.text("first"))
                    #expect(first == "tenant_id", "\(key)")
                }
                let foreign = try await stores.pool.query(
                    """
                    select conname::text as name, conrelid::regclass::text as relation,
                        confrelid::regclass::text as target,
                        (select attname::text from pg_attribute where attrelid = conrelid and attnum = conkey[1]) as first
                    from pg_constraint where contype = 'f'
                    """)
                for row in foreign {
                    // Two that stay on the first server refer to each other as they like.
                    let ends = try [row.text("relation"), row.text("target")]
                    if ends.allSatisfy({ Distribution.undistributed[$0] != nil }) { continue }
                    let (name, first) = try (row.text("name"), row.text("first"))
                    #expect(first == "tenant_id", "\(name)")
                }
            }
        }

        @Test func `every table but those of the installation names its tenant`() async throws {
            try await withStores { stores in
                let rows = try await stores.pool.query(
                    """
                    select relname::text as relation from pg_class c
                    where relnamespace = 'public'::regnamespace and relkind = 'r' and not exists (
                        select 1 from pg_attribute
                        where attrelid = c.oid and attname = 'tenant_id' and attnotnull)
                    order by relname
                    """)
                let relations = try rows.map { try $0.text("relation") }
                #expect(
                    relations == [
                        "account_identities", "accounts", "connector_hosts", "connector_packages",
                        "connector_submissions", "connector_versions", "index_connectors", "index_templates",
                        "publisher_profiles", "recovery_codes", "schema_migrations", "sessions", "sign_in_links",
                        "template_days", "template_indexes", "template_listings", "template_referrals",
                        "template_reports", "template_reviews", "template_slips", "template_submissions",
                        "template_words", "used_answers", "workers",
                    ])
            }
        }

        @Test func `the initial tenant is there`() async throws {
            try await withStores { stores in
                let row = try await stores.pool.query("select tenant_id::text as id from tenants").one()
                #expect(try row.text("id") == TenantID.initial.uuid)
            }
        }
    }
}
