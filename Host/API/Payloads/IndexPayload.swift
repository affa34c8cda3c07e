import PatchbayCore
import PatchbayJSON

extension TemplateIndex {
    var json: JSON {
        [
            "id": .string(id.description), "name": .string(name), "url": .string(url), "key": .string(key),
            "enabled": .bool(isEnabled), "interval_seconds": .int(interval / 1_000), "status": .string(state),
            "title": progress.title.map(JSON.string) ?? .null, "serial": progress.serial.map(JSON.int) ?? .null,
            "templates": .int(Int64(progress.templates)), "connectors": .int(Int64(progress.connectors)),
            "failures": .int(Int64(progress.failures)), "error": progress.error?.json ?? .null,
            "checked_at": .time(progress.checkedAt), "changed_at": .time(progress.changedAt),
            "next_at": isEnabled ? .string(nextAt.description) : .null, "created_by": .string(createdBy),
            "created_at": .string(createdAt.description), "updated_at": .string(updatedAt.description),
        ]
    }
}

extension IndexFailure {
    var json: JSON { ["code": .string(code.rawValue), "message": .string(message)] }
}

extension IndexedConnector {
    /// With the address that it can be installed from.
    func json(beside index: TemplateIndex) -> JSON {
        let folder = index.url.lastIndex(of: "/").map { String(index.url[...$0]) } ?? ""
        return [
            "id": .string(connector), "version": .string(version.description), "url": .string(folder + file.name),
            "sha256": .string(file.sha256), "size": .int(Int64(file.size)), "entry": entry,
        ]
    }
}
