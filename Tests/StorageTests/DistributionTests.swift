import PatchbayPostgres
import PatchbayStorage
import Testing

struct DistributionPlanTests {
    private typealias Key = TableShape.Key
    private typealias Reference = TableShape.Reference

    @Test func `tables are spread behind those they refer to, all beside the tenants`() {
        let distribution = Distribution(of: [
            TableShape(
                name: "a",
                references: [
                    Reference(name: "f", table: "b", columns: ["tenant_id", "x"], targets: ["tenant_id", "y"])
                ]),
            TableShape(
                name: "b",
                references: [Reference(name: "g", table: "tenants", columns: ["tenant_id"], targets: ["tenant_id"])]),
            TableShape(name: "run_queue", tenantType: nil, keys: [Key(name: "k", columns: ["run_id"])]),
            TableShape(name: "tenants"), TableShape(name: "c", distributedBy: "tenant_id"),
        ])
        #expect(distribution.problems.isEmpty)
        #expect(
            distribution.statements == [
                "select create_distributed_table('tenants', 'tenant_id', colocate_with => 'none')",
                "select create_distributed_table('b', 'tenant_id', colocate_with => 'tenants')",
                "select create_distributed_table('a', 'tenant_id', colocate_with => 'tenants')",
            ])
    }

    @Test func `everything that cannot be spread is told with its table`() {
        let distribution = Distribution(of: [
            TableShape(name: "a", tenantType: nil, hasPrimaryKey: false),
            TableShape(name: "b", tenantType: "text", isTenantRequired: false, distributedBy: "x"),
            TableShape(
                name: "c",
                keys: [Key(name: "c_pkey", columns: ["id"]), Key(name: "c_ok", columns: ["id", "tenant_id"])],
                references: [
                    Reference(name: "c_b", table: "b", columns: ["id"], targets: ["id"]),
                    Reference(
                        name: "c_swapped", table: "b", columns: ["tenant_id", "x"], targets: ["x", "tenant_id"]),
                    Reference(name: "c_w", table: "workers", columns: ["tenant_id"], targets: ["tenant_id"]),
                ], obstacles: ["the trigger t would not go along"]),
            TableShape(
                name: "workers",
                references: [Reference(name: "w_c", table: "c", columns: ["tenant_id"], targets: ["tenant_id"])]),
        ])
        let told = distribution.problems
        #expect(told.count == 11, "\(told)")
        #expect(told.filter { $0.hasPrefix("a: ") }.count == 2)
        #expect(told.contains { $0.contains("c_pkey") })
        #expect(!told.contains { $0.contains("c_ok") })
        #expect(told.contains { $0.contains("c_swapped") })
        #expect(told.contains { $0.contains("w_c") })
    }

    @Test func `tables that refer to each other in a circle are told`() {
        let distribution = Distribution(
            of: [("a", "b"), ("b", "a")].map { name, other in
                TableShape(
                    name: name,
                    references: [Reference(name: name, table: other, columns: ["tenant_id"], targets: ["tenant_id"])])
            })
        #expect(distribution.problems == ["tables refer to each other in a circle: a, b"])
    }
}

extension StorageSuites {
    @Suite struct DistributionTests {
        @Test func `the schema is fit for being distributed by tenant`() async throws {
            try await withStores { stores in
                let distribution = try await PostgresDistribution(stores.target).plan()
                #expect(distribution.problems == [])
                let names = Set(distribution.tables.map(\.name))
                #expect(names.isSuperset(of: ["tenants", "workflows", "runs", "run_journal", "credentials"]))
                #expect(names.isDisjoint(with: Distribution.undistributed.keys))
                #expect(distribution.tables.first?.name == "tenants")
                let known = try await stores.pool.query(
                    "select relname::text as name from pg_class where relname = any ($1)",
                    [.array(.text, Distribution.undistributed.keys.map { .text($0) })])
                #expect(known.count == Distribution.undistributed.count)
            }
        }

        @Test func `what would not be fit is found in the catalogue`() async throws {
            try await withStores { stores in
                for statement in [
                    "create table loose (id int generated always as identity, tenant_id text)",
                    "create table crossing (tenant_id uuid not null, id uuid primary key, worker text references workers)",
                    "alter table crossing add column run uuid, add column other uuid not null",
                    "alter table crossing add foreign key (other, run) references runs (tenant_id, run_id)",
                    "create unique index crossing_lower on crossing (lower(worker))",
                    "create rule quiet as on delete to crossing do instead nothing",
                    "create view seen as select * from crossing",
                ] { _ = try await stores.pool.query(statement) }
                let problems = try await PostgresDistribution(stores.target).plan().problems
                for part in [
                    "loose: tenant_id is text", "loose: tenant_id may be null", "loose: it has no primary key",
                    "loose: the numbers of id are integer", "crossing: the key crossing_pkey",
                    "crossing: the key crossing_lower", "crossing: crossing_worker_fkey refers to workers",
                    "crossing: crossing_other_run_fkey does not refer by tenant_id", "crossing: the rule quiet",
                ] {
                    #expect(problems.contains { $0.hasPrefix(part) }, "\(part) in \(problems)")
                }
                #expect(problems.count == 9, "\(problems)")
                await #expect(throws: StorageError.self) {
                    try await PostgresDistribution(stores.target).distribute()
                }
            }
        }

        @Test func `without the extension it says what is there and what is needed`() async throws {
            try await withStores { stores in
                let obstacle = try #require(try await PostgresDistribution(stores.target).obstacle())
                #expect(obstacle.contains("Citus 12"))
                #expect(obstacle.contains("create extension citus"))
            }
        }

        /// Functions and tables of the names that Citus has, which note what they are asked for.
        @Test func `each table is distributed once, and a second time goes on where the first ended`() async throws {
            try await withStores { stores in
                let name = try await stores.pool.query("select current_database()::text as name").one().text("name")
                for statement in [
                    "create schema citus",
                    "create table citus.pg_dist_partition (logicalrelid regclass, partmethod \"char\", partkey text, n serial)",
                    "create function public.column_to_column_name(regclass, text) returns text language sql as 'select $2'",
                    """
                    create function public.create_distributed_table(regclass, text, colocate_with text) returns void
                    language plpgsql as $$ begin
                        if $1 = 'runs'::regclass and not exists (select from citus.pg_dist_partition where partkey = 'go') then
                            raise 'a server is not there';
                        end if;
                        insert into citus.pg_dist_partition values ($1, 'h', $2);
                    end $$
                    """,
                    "alter database \(name) set search_path = public, citus",
                ] { _ = try await stores.pool.query(statement) }
                let distribution = PostgresDistribution(stores.target)
                await #expect(throws: PostgresError.self) { try await distribution.distribute() }
                _ = try await stores.pool.query("insert into citus.pg_dist_partition values ('workers', 'n', 'go')")
                let rest = try await distribution.distribute()
                #expect(rest.first == "runs")
                #expect(try await distribution.distribute() == [])
                let rows = try await stores.pool.query(
                    "select logicalrelid::text as name from citus.pg_dist_partition where partmethod = 'h' order by n")
                let names = try rows.map { try $0.text("name") }
                #expect(names.count == Set(names).count)
                #expect(names == (try await distribution.plan()).tables.map(\.name))
            }
        }
    }
}
