import PatchbayCore
import PatchbayPostgres
import Synchronization

/// Whose turn it is: the tenants that have ready runs a worker may take, some at a time, one after another.
struct ClaimTurn: Sendable {
    /// A tenant with ready runs that ask for certain labels.
    struct Place: Sendable, Hashable {
        var pool: String
        var tenant: TenantID
    }

    /// The most tenants a claim looks at for each set of labels; the next claim looks at those behind them.
    static let most = 64

    /// How many rows of each place are looked at: enough to fill the limit when few wait, a few when many do.
    static func reach(limit: Int, places: Int) -> Int { max(4, limit * 4 / max(places, 1)) }

    /// The last tenant of the claim before, when there were more behind it.
    var after: TenantID?

    /// Puts the places found behind `after` in order, and, as far as there is room, those from the beginning.
    mutating func advance(found: [Place], fromBeginning: [Place]) -> [Place] {
        let tenants = Set(found.map(\.tenant)).count
        after = tenants >= Self.most ? found.map(\.tenant).max() : nil
        var seen = Set(found)
        return found + fromBeginning.filter { seen.insert($0).inserted }
    }
}

extension PostgresJournal {
    /// Asks for the places behind those of the claim before, and, where there were some, for those at the beginning.
    var placesInTurn: [PostgresStatement] {
        let beginning = TenantID(high: 0, low: 0)
        let starts = turn.withLock { $0.after }.map { [$0, beginning] } ?? [beginning]
        return starts.map { start in
            PostgresStatement(
                Self.selectPlaces,
                [.array(.text, labels.map { .text($0) }), .bool(isDedicated), .id(start), .number(ClaimTurn.most)])
        }
    }

    /// Takes in what these statements answered.
    func nextTurn(_ answers: [PostgresRows]) throws -> [ClaimTurn.Place] {
        let places = try answers.map { rows in
            try rows.map { ClaimTurn.Place(pool: try $0.text("pool"), tenant: try $0.id("tenant_id")) }
        }
        guard let found = places.first else { return [] }
        let fromBeginning = found.count < ClaimTurn.most ? places.dropFirst().flatMap(\.self) : []
        return turn.withLock { $0.advance(found: found, fromBeginning: fromBeginning) }
    }

    /// Leaps from one set of labels to the next, and within it from tenant to tenant, by one look into the index each:
    /// what it costs does not depend on how many runs wait.
    private static let selectPlaces = """
        with recursive pools as (
            (select pool from run_queue where worker is null and state = 'ready' order by pool limit 1)
            union all
            select (
                select q.pool from run_queue q
                where q.worker is null and q.state = 'ready' and q.pool > p.pool order by q.pool limit 1)
            from pools p where p.pool is not null
        )
        select p.pool, t.tenant_id
        from pools p cross join lateral (
            with recursive leaps as (
                (select q.tenant_id, 1 as leap from run_queue q
                where q.worker is null and q.state = 'ready' and q.pool = p.pool and q.tenant_id > $3
                order by q.tenant_id limit 1)
                union all
                select (
                    select q.tenant_id from run_queue q
                    where q.worker is null and q.state = 'ready' and q.pool = p.pool and q.tenant_id > l.tenant_id
                    order by q.tenant_id limit 1), l.leap + 1
                from leaps l where l.tenant_id is not null and l.leap < $4
            )
            select tenant_id from leaps where tenant_id is not null
        ) t
        where string_to_array(p.pool, ',') <@ $1::text[] and (not $2 or p.pool <> '')
        """
}
