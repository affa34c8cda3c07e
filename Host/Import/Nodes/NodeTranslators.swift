import PatchbayCore

/// Which node of n8n becomes what.
enum NodeTranslators {
    typealias Translator = @Sendable (inout NodeWork) throws(Untranslatable) -> NodeDraft

    static let triggers: [String: Translator] = [
        "n8n-nodes-base.manualTrigger": TriggerNodes.manual, "n8n-nodes-base.start": TriggerNodes.manual,
        "n8n-nodes-base.executeWorkflowTrigger": TriggerNodes.manual, "n8n-nodes-base.webhook": TriggerNodes.webhook,
        "n8n-nodes-base.scheduleTrigger": ScheduleNodes.schedule, "n8n-nodes-base.cron": ScheduleNodes.cron,
        "n8n-nodes-base.interval": ScheduleNodes.interval, "n8n-nodes-base.errorTrigger": TriggerNodes.failure,
        "n8n-nodes-base.rssFeedReadTrigger": TriggerNodes.feed, "n8n-nodes-base.emailReadImap": TriggerNodes.mail,
    ]

    static let steps: [String: Translator] = [
        "n8n-nodes-base.httpRequest": RequestNodes.request, "n8n-nodes-base.if": ChoiceNodes.condition,
        "n8n-nodes-base.filter": ChoiceNodes.filter, "n8n-nodes-base.switch": ChoiceNodes.choice,
        "n8n-nodes-base.set": ValueNodes.set, "n8n-nodes-base.splitOut": ValueNodes.split,
        "n8n-nodes-base.itemLists": ValueNodes.itemLists, "n8n-nodes-base.aggregate": ValueNodes.aggregate,
        "n8n-nodes-base.limit": ValueNodes.limit, "n8n-nodes-base.sort": ValueNodes.sort,
        "n8n-nodes-base.removeDuplicates": ValueNodes.distinct, "n8n-nodes-base.noOp": { ValueNodes.pass(&$0) },
        "n8n-nodes-base.merge": MergeNodes.merge, "n8n-nodes-base.wait": FlowNodes.wait,
        "n8n-nodes-base.executeWorkflow": FlowNodes.subworkflow, "n8n-nodes-base.stopAndError": FlowNodes.stop,
        "n8n-nodes-base.respondToWebhook": FlowNodes.respond, "n8n-nodes-base.code": CodeNodes.code,
        "n8n-nodes-base.function": CodeNodes.code, "n8n-nodes-base.functionItem": CodeNodes.code,
        "n8n-nodes-base.slack": MessageNodes.slack, "n8n-nodes-base.emailSend": MessageNodes.email,
        "n8n-nodes-base.github": ServiceNodes.github, "n8n-nodes-base.jira": ServiceNodes.jira,
        "n8n-nodes-base.rssFeedRead": ServiceNodes.feed, "n8n-nodes-base.awsLambda": ServiceNodes.lambda,
        "n8n-nodes-base.awsSns": ServiceNodes.topic, "n8n-nodes-base.awsSqs": ServiceNodes.queue,
        "n8n-nodes-base.awsS3": ServiceNodes.storage, "n8n-nodes-base.postgres": DataNodes.postgres,
        "n8n-nodes-base.redis": DataNodes.redis, "n8n-nodes-base.dateTime": DataNodes.date,
        "n8n-nodes-base.crypto": DataNodes.digest, "n8n-nodes-base.xml": DataNodes.xml,
        "n8n-nodes-base.openAi": ModelNodes.openAI, "@n8n/n8n-nodes-langchain.openAi": ModelNodes.openAI,
        "@n8n/n8n-nodes-langchain.chainLlm": ModelNodes.chain, "@n8n/n8n-nodes-langchain.agent": ModelNodes.chain,
    ]

    static let loop = "n8n-nodes-base.splitInBatches"
    static let comment = "n8n-nodes-base.stickyNote"

    /// Whether a node starts runs in n8n.
    static func isTrigger(_ node: N8NNode) -> Bool {
        triggers[node.type] != nil || node.shortType.hasSuffix("Trigger") || node.shortType == "trigger"
    }
}
