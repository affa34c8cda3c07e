import Glibc
import PatchbayCore
import PatchbayJSON
import PatchbayStorage

extension Storage {
    /// Takes down what a command of `patchbay` did. When that fails, so does the command: whoever gave it must know.
    ///
    /// - Parameter tenant: Whose log it belongs to; nil: the installation's own.
    func took(
        _ action: AuditAction, _ kind: String, _ id: String, in tenant: TenantID?, changes: JSONObject = [:],
        details: JSONObject = [:]
    ) async throws {
        let user = getpwuid(getuid()).flatMap { $0.pointee.pw_name }.map { String(cString: $0) } ?? "\(getuid())"
        do {
            try await audit.append([
                AuditEvent(
                    action, by: .command(user), in: tenant, at: SystemTime().now,
                    on: AuditEvent.Resource(kind, id), changes: changes, details: details)
            ])
        } catch {
            throw CommandFailure(
                "It was done, but could not be written to the audit log, which now lacks it: \(error)")
        }
    }
}
