package import PatchbayCore
import Synchronization

/// Messages in Slack that show tasks, in memory.
package final class MemorySlackPosts: SlackPostStore {
    private let kept = Mutex<[(task: TaskID, tenant: TenantID, post: SlackPost)]>([])

    package init() {}

    package func posts(of task: TaskID, in tenant: TenantID) async throws -> [SlackPost] {
        kept.withLock { kept in kept.filter { $0.task == task && $0.tenant == tenant }.map(\.post) }
    }

    package func put(_ post: SlackPost, of task: TaskID, in tenant: TenantID) async throws {
        kept.withLock { kept in
            kept.removeAll { $0.task == task && $0.tenant == tenant && $0.post.person == post.person }
            kept.append((task, tenant, post))
        }
    }
}
