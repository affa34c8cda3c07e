import PatchbayCore
import PatchbayJSON

/// Goes through a chain from its first record and stops at the first that is wrong. Pure.
struct AuditChain {
    /// A record with the columns beside it.
    struct Row {
        var record: AuditRecord
        var labels: AuditLabels
        /// Microseconds since 1970-01-01T00:00:00Z, which is what the column can hold.
        var at: Int64
    }

    let tenant: TenantID
    let anchor: AuditHead?
    private(set) var end = AuditHead(sequence: 0, hash: AuditLink.origin)
    private(set) var count = 0

    init(of tenant: TenantID, anchor: AuditHead?) {
        self.tenant = tenant
        self.anchor = anchor
    }

    mutating func follow(_ row: Row) -> AuditVerdict.Flaw? {
        let (record, expected) = (row.record, end.sequence + 1)
        guard record.sequence == expected else {
            return flaw(
                .missing, at: expected,
                "record \(expected) is missing; the next one that is there is \(record.sequence)")
        }
        guard record.previous == end.hash else {
            return flaw(
                .unlinked, at: expected,
                "record \(expected) does not follow the record before it: it names another hash than that one has")
        }
        guard record.hash == AuditLink.hash(of: record.content, behind: record.previous) else {
            return flaw(.changed, at: expected, "record \(expected) is not what was written: its hash is another")
        }
        guard let content = try? JSON(parsing: record.content), content["sequence"]?.int == Int64(expected),
            isOfThisChain(content)
        else {
            return flaw(.changed, at: expected, "record \(expected) was written for another place or another chain")
        }
        guard AuditLabels(content).stored == row.labels,
            content["timestamp"]?.string.flatMap({ Timestamp($0) })?.milliseconds
                .multipliedReportingOverflow(by: 1_000).partialValue == row.at
        else {
            return flaw(
                .mislabelled, at: expected,
                "the columns of record \(expected) say something else than the record itself")
        }
        if let anchor, anchor.sequence == expected, anchor.hash != record.hash {
            return flaw(
                .anchor, at: expected, "record \(expected) has another hash than the one that was kept elsewhere")
        }
        end = AuditHead(sequence: expected, hash: record.hash)
        count += 1
        return nil
    }

    /// - Parameter head: What is kept of the chain's end; nil when that is gone.
    func finish(_ head: AuditHead?) -> AuditVerdict.Flaw? {
        if let anchor, anchor.sequence > end.sequence {
            return flaw(
                .anchor, at: end.sequence + 1,
                "the chain ends with record \(end.sequence) and once had \(anchor.sequence), as was kept elsewhere")
        }
        guard let head else {
            return count == 0 ? nil : flaw(.head, at: end.sequence, "the row that keeps the chain's end is gone")
        }
        guard head.sequence <= end.sequence else {
            return flaw(
                .missing, at: end.sequence + 1,
                "record \(end.sequence + 1) is missing, and all behind it: the chain had \(head.sequence) records")
        }
        guard head == end else {
            return flaw(
                .head, at: end.sequence,
                "the row that keeps the chain's end names record \(head.sequence) and its hash, which the last record, "
                    + "\(end.sequence), does not have")
        }
        return nil
    }

    /// The installation's own also takes what came for tenants that were gone.
    private func isOfThisChain(_ content: JSON) -> Bool {
        tenant == .installation || content["tenant_id"]?.string == tenant.description
    }

    private func flaw(_ kind: AuditVerdict.Flaw.Kind, at sequence: Int, _ message: String) -> AuditVerdict.Flaw {
        AuditVerdict.Flaw(kind, at: sequence, message)
    }
}
