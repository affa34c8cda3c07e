package import PatchbayJSON

extension AuditVerdict {
    /// `{"tenant_id", "valid", "records", "head", "flaw"}`; the installation's own chain has no tenant.
    package var json: JSON {
        var object: JSONObject = [
            "tenant_id": .null, "valid": .bool(flaw == nil), "records": .int(Int64(count)), "head": .null,
            "flaw": .null,
        ]
        if let tenant { object["tenant_id"] = .string(tenant.description) }
        if let head { object["head"] = .string(head.description) }
        if let flaw {
            object["flaw"] = [
                "kind": .string(flaw.kind.rawValue), "sequence": .int(Int64(flaw.sequence)),
                "message": .string(flaw.message),
            ]
        }
        return .object(object)
    }
}
