import PatchbayCore
import PatchbayJSON

extension TemplateRating {
    /// `{"average", "reviews"}`; without reviews there is no average.
    var json: JSON {
        [
            "average": hundredths.map { .double(Double($0) / 100) } ?? .null,
            "reviews": .int(Int64(reviews)),
        ]
    }
}

extension TemplateReview {
    /// As anybody sees it: nothing tells who wrote it but what they want to be called.
    var json: JSON {
        [
            "id": .string(id.description), "template_id": .string(template.description), "stars": .int(Int64(stars)),
            "text": .string(text), "author": author.map(JSON.string) ?? .null,
            "version": .string(version.description), "hidden": hiddenReason.map(JSON.string) ?? .null,
            "created_at": .string(createdAt.description), "updated_at": .string(updatedAt.description),
        ]
    }
}

extension TemplateReport {
    /// For whoever made it.
    var json: JSON { .object(told) }

    /// For moderators.
    var shown: JSON {
        .object(
            told.with("reported_by", .string(reportedBy)).with("note", .string(note))
                .with("decided_by", decidedBy.map(JSON.string) ?? .null).with("decided_at", .time(decidedAt)))
    }

    private var told: JSONObject {
        [
            "id": .string(id.description), "template_id": .string(template.description),
            "review_id": review.map { .string($0.description) } ?? .null, "reason": .string(reason.rawValue),
            "text": .string(text), "state": .string(state.rawValue), "created_at": .string(createdAt.description),
        ]
    }
}
