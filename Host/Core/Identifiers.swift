/// What an identifier names; its prefix is what people see in front of the underscore.
package protocol IdentifierTag: Sendable {
    static var prefix: String { get }
}

/// A TypeID (https://github.com/jetify-com/typeid): a prefix that says what it names, and a UUIDv7 in 26 characters of
/// Crockford's base 32. Identifiers made later sort later, to the millisecond.
package struct Identifier<Tag: IdentifierTag>: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The UUID's two halves, most significant first.
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    package static func < (a: Self, b: Self) -> Bool { a.high != b.high ? a.high < b.high : a.low < b.low }
}

package enum TenantTag: IdentifierTag { package static let prefix = "ten" }
package enum WorkflowTag: IdentifierTag { package static let prefix = "wf" }
package enum RunTag: IdentifierTag { package static let prefix = "run" }
package enum CredentialTag: IdentifierTag { package static let prefix = "cred" }
package enum DataKeyTag: IdentifierTag { package static let prefix = "dkey" }
package enum WebhookTag: IdentifierTag { package static let prefix = "wh" }
package enum DeliveryTag: IdentifierTag { package static let prefix = "dlv" }
package enum DeliveryBatchTag: IdentifierTag { package static let prefix = "dlb" }
package enum RequestTag: IdentifierTag { package static let prefix = "req" }
package enum AccountTag: IdentifierTag { package static let prefix = "acc" }
package enum SessionTag: IdentifierTag { package static let prefix = "ses" }
package enum APIKeyTag: IdentifierTag { package static let prefix = "key" }
package enum InvitationTag: IdentifierTag { package static let prefix = "inv" }
package enum ScheduleTag: IdentifierTag { package static let prefix = "sch" }
package enum PollTag: IdentifierTag { package static let prefix = "poll" }
package enum AlertTag: IdentifierTag { package static let prefix = "alert" }
package enum AlertEventTag: IdentifierTag { package static let prefix = "alev" }
package enum TemplateTag: IdentifierTag { package static let prefix = "tpl" }
package enum InstallationTag: IdentifierTag { package static let prefix = "ins" }
package enum ReviewTag: IdentifierTag { package static let prefix = "rev" }
package enum PublisherTag: IdentifierTag { package static let prefix = "pub" }
package enum ReportTag: IdentifierTag { package static let prefix = "rep" }
package enum IndexTag: IdentifierTag { package static let prefix = "idx" }

package typealias TenantID = Identifier<TenantTag>
package typealias WorkflowID = Identifier<WorkflowTag>
package typealias RunID = Identifier<RunTag>
package typealias CredentialID = Identifier<CredentialTag>
package typealias DataKeyID = Identifier<DataKeyTag>
package typealias WebhookID = Identifier<WebhookTag>
package typealias DeliveryID = Identifier<DeliveryTag>
package typealias DeliveryBatchID = Identifier<DeliveryBatchTag>
package typealias RequestID = Identifier<RequestTag>
package typealias AccountID = Identifier<AccountTag>
package typealias SessionID = Identifier<SessionTag>
package typealias APIKeyID = Identifier<APIKeyTag>
package typealias InvitationID = Identifier<InvitationTag>
package typealias ScheduleID = Identifier<ScheduleTag>
package typealias PollID = Identifier<PollTag>
package typealias AlertID = Identifier<AlertTag>
package typealias AlertEventID = Identifier<AlertEventTag>
package typealias TemplateID = Identifier<TemplateTag>
package typealias InstallationID = Identifier<InstallationTag>
package typealias ReviewID = Identifier<ReviewTag>
package typealias PublisherID = Identifier<PublisherTag>
package typealias ReportID = Identifier<ReportTag>
package typealias IndexID = Identifier<IndexTag>

extension TenantID {
    /// The tenant that everything belongs to until there are several. The first migration creates it.
    package static let initial = TenantID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0001)
}
