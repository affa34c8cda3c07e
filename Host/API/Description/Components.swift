import PatchbayCore
import PatchbayJSON

/// Shapes that have a name in the document.
enum Components {
    static let all: KeyValuePairs<String, Shape> = [
        "Error": error, "Problem": problem, "Workflow": workflow, "WorkflowListing": workflowListing,
        "Document": document, "Run": run, "RunListing": runListing, "Step": step, "LogLine": logLine,
        "Repeated": repeated, "Connector": connector, "ConnectorListing": connectorListing, "Refusal": refusal,
        "Isolation": isolation, "Installation": installation, "Needs": needs, "Move": move, "Breaker": breaker,
        "Credential": credential, "ExpressionError": expressionError, "NodeKind": nodeKind, "Session": session,
        "Caller": caller, "SessionRecord": sessionRecord, "Account": account, "AccountListing": accountListing,
        "Member": member, "Invitation": invitation, "Role": role, "APIKey": apiKey, "Share": share, "Tenant": tenant,
        "Schedule": schedule, "Poll": poll, "Alert": alert, "Task": task, "TaskListing": taskListing,
        "Webhook": webhook, "Delivery": delivery, "TemplateListing": templateListing,
        "TemplateVersion": templateVersion, "TemplateReview": templateReview, "TemplateReport": templateReport,
        "TemplateInstallation": templateInstallation, "Index": index,
        "PublishedPackage": publishedPackage, "PackageSubmission": packageSubmission,
    ]

    static let error = Shape.object([
        "error": .object([
            "code": .text.about("A stable word to compare."), "message": .text.about("A sentence for people."),
            "details": .object.about("What it is about, by code."), "request_id": .text,
        ])
    ])

    static let problem = Shape.object([
        "code": .text, "node": .text.orNull.about("The node's id."),
        "pointer": .text.about("A JSON pointer, or the name of a parameter or header."), "message": .text,
        "hint": .text.orNull,
    ])
}
