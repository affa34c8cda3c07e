import PatchbayCore
import PatchbayJSON

/// GitHub, Jira and feeds.
enum ServiceNodes {
    static func github(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        let resource = try work.word("resource", "issue")
        let operation = try work.word("operation", "create")
        _ = work.raw("authentication")
        let credential = work.neededCredential(for: "github")
        var input: JSONObject = ["owner": try work.required("owner"), "repo": try work.required("repository")]
        switch (resource, operation) {
        case ("issue", "create"):
            input["title"] = try work.required("title")
            if let body = try work.value("body") { input["body"] = body }
            for (list, member) in [("labels", "label"), ("assignees", "assignee")] {
                var names: [JSON] = []
                for (index, each) in (work.raw(list)?.array ?? []).enumerated() {
                    if let name = each[member] {
                        names.append(try work.translated(name, at: "\(work.pointer(list))/\(index)/\(member)"))
                    }
                }
                if !names.isEmpty { input[list] = .array(names) }
            }
            return .action(
                "github/create_issue", input, credential: credential,
                gives: .init(.value) { source in
                    Shape(
                        members: [
                            ("number", .source(source + ".issue_number")), ("html_url", .source(source + ".url")),
                            ("id", .source(source + ".id")),
                        ], rest: nil, subject: "an issue that was created")
                })
        case ("issue", "createComment"):
            input["issue"] = try work.required("issueNumber")
            input["body"] = try work.required("body")
            return .action("github/create_comment", input, credential: credential)
        case ("issue", "get"):
            input["issue"] = try work.required("issueNumber")
            return .action("github/get_issue", input, credential: credential)
        case ("repository", "getIssues"):
            if let state = try work.value("getRepositoryIssuesFilters.state") { input["state"] = state }
            if let labels = try work.texts("getRepositoryIssuesFilters.labels") { input["labels"] = labels }
            _ = work.raw("returnAll")
            if let limit = work.raw("limit")?.int { input["limit"] = .int(min(1_000, max(1, limit))) }
            return .action("github/list_issues", input, credential: credential, gives: .init(.list, suffix: ".issues"))
        default: throw Untranslatable("github has no action for \(resource) \(operation) here")
        }
    }

    static func jira(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        let (resource, operation) = (try work.word("resource", "issue"), try work.word("operation", "create"))
        _ = work.raw("jiraVersion")
        let credential = work.neededCredential(for: "jira")
        switch (resource, operation) {
        case ("issue", "create"):
            var input: JSONObject = [
                "project": try work.required("project"), "type": try work.required("issueType"),
                "summary": try work.required("summary"),
            ]
            if let text = try work.value("additionalFields.description") { input["description"] = text }
            if let labels = try work.texts("additionalFields.labels") { input["labels"] = labels }
            if let priority = try work.value("additionalFields.priority") { input["priority"] = priority }
            work.approximate(
                "n8n keeps ids of projects and issue types; write keys and names where the ids do not work")
            return .action("jira/create_issue", input, credential: credential)
        case ("issueComment", "add"), ("issueComment", "create"):
            let input: JSONObject = ["issue_key": try work.required("issueKey"), "body": try work.required("comment")]
            return .action("jira/add_comment", input, credential: credential)
        case ("issue", "getAll"):
            var input: JSONObject = ["jql": try work.required("options.jql")]
            if let limit = work.raw("limit")?.int { input["max_results"] = .int(max(1, limit)) }
            _ = work.raw("returnAll")
            return .action("jira/search", input, credential: credential, gives: .init(.list, suffix: ".issues"))
        case ("issue", "update"):
            guard let status = try work.value("updateFields.statusId") else {
                throw Untranslatable("jira changes the status of an issue here, and no other fields")
            }
            let input: JSONObject = ["issue_key": try work.required("issueKey"), "transition_id": status]
            return .action("jira/transition_issue", input, credential: credential)
        default: throw Untranslatable("jira has no action for \(resource) \(operation) here")
        }
    }

    static func feed(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        let members =
            [
                ("title", "title"), ("link", "link"), ("guid", "id"), ("pubDate", "published"),
                ("isoDate", "published"),
                ("creator", "author"), ("content", "summary"), ("contentSnippet", "summary"),
            ].map { "\(Term.quoted($0)): each.?\($1).orValue(null)" } + ["\"categories\": each.categories"]
        return .action(
            "rss/read_feed", ["url": try work.required("url")], credential: nil,
            gives: .init(.list, suffix: ".entries.map(each => {\(members.joined(separator: ", "))})"))
    }

    // MARK: Amazon

    static func lambda(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        var input: JSONObject = ["function": try work.required("function")]
        if let payload = try work.json("payload") { input["payload"] = payload }
        if try work.word("invocationType", "RequestResponse") == "Event" { input["mode"] = "event" }
        return .action(
            "aws-lambda/invoke", input, credential: work.neededCredential(for: "aws-lambda"),
            gives: .init(.value) { source in
                Shape(members: [("result", .source(source + ".payload"))], rest: nil, subject: "the function's answer")
            })
    }

    static func topic(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        var input: JSONObject = ["topic_arn": try work.required("topic"), "message": try work.required("message")]
        if let subject = try work.value("subject") { input["subject"] = subject }
        return .action("aws-sns/publish", input, credential: work.neededCredential(for: "aws-sns"))
    }

    static func queue(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        var input: JSONObject = ["queue_url": try work.required("queue")]
        if work.raw("sendInputData")?.bool ?? true, let current = work.place.current {
            input["body"] = .string("{{ \(current.whole) }}")
        } else {
            input["body"] = try work.required("message")
        }
        return .action("aws-sqs/send_message", input, credential: work.neededCredential(for: "aws-sqs"))
    }

    static func storage(_ work: inout NodeWork) throws(Untranslatable) -> NodeDraft {
        let (resource, operation) = (try work.word("resource", "file"), try work.word("operation", "download"))
        let credential = work.neededCredential(for: "aws-s3")
        switch (resource, operation) {
        case ("file", "getAll"):
            var input: JSONObject = ["bucket": try work.required("bucketName")]
            _ = (work.raw("returnAll"), work.raw("limit"))
            if let prefix = try work.value("options.folderKey") { input["prefix"] = prefix }
            return .action(
                "aws-s3/list_objects", input, credential: credential,
                gives: .init(
                    .list,
                    suffix:
                        ".objects.map(each => {\"Key\": each.key, \"Size\": each.size, \"ETag\": each.?etag.orValue(null)})"
                ))
        case ("file", "delete"):
            let input: JSONObject = ["bucket": try work.required("bucketName"), "key": try work.required("fileKey")]
            return .action("aws-s3/delete_object", input, credential: credential)
        case ("file", "upload"):
            guard work.raw("binaryData")?.bool == false else {
                throw Untranslatable("uploading files (binary data) has no equal; put_object takes texts and JSON")
            }
            let input: JSONObject = [
                "bucket": try work.required("bucketName"), "key": try work.required("fileName"),
                "text": try work.required("fileContent"),
            ]
            return .action("aws-s3/put_object", input, credential: credential)
        default: throw Untranslatable("aws-s3 has no action for \(resource) \(operation) that works without files")
        }
    }
}
