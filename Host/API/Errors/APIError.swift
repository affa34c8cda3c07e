import HTTPTypes
import PatchbayCore
import PatchbayJSON

/// A request that cannot be answered as it wanted; becomes `{"error": {"code", "message", "details", "request_id"}}`.
struct APIError: Error {
    var code: Code
    /// What is wrong and what would be right, as a sentence. Holds no secret and nothing of a request's body but names.
    var message: String
    /// An object.
    var details: JSONObject
    var headers: HTTPFields

    init(_ code: Code, _ message: String, details: JSONObject = [:], headers: HTTPFields = [:]) {
        self.code = code
        self.message = message
        self.details = details
        self.headers = headers
    }
}

extension APIError {
    /// Stable words; clients compare them.
    enum Code: String, CaseIterable {
        case unauthorized = "UNAUTHORIZED"
        case forbidden = "FORBIDDEN"
        case csrfTokenInvalid = "CSRF_TOKEN_INVALID"
        case tenantNotFound = "TENANT_NOT_FOUND"
        case tenantRequired = "TENANT_REQUIRED"
        case invalidSignIn = "INVALID_SIGN_IN"
        case totpRequired = "TOTP_REQUIRED"
        case totpActive = "TOTP_ACTIVE"
        case totpNotOffered = "TOTP_NOT_OFFERED"
        case sessionRequired = "SESSION_REQUIRED"
        case providerNotFound = "PROVIDER_NOT_FOUND"
        case providerFailed = "PROVIDER_FAILED"
        case signInExpired = "SIGN_IN_EXPIRED"
        case signInRefused = "SIGN_IN_REFUSED"
        case identityNotFound = "IDENTITY_NOT_FOUND"
        case identityTaken = "IDENTITY_TAKEN"
        case lastSignIn = "LAST_SIGN_IN"
        case tooManyAttempts = "TOO_MANY_ATTEMPTS"
        case rateLimited = "RATE_LIMITED"
        case busy = "BUSY"
        case linkInvalid = "LINK_INVALID"
        case mailNotConfigured = "MAIL_NOT_CONFIGURED"
        case mailFailed = "MAIL_FAILED"

        case sessionNotFound = "SESSION_NOT_FOUND"
        case memberNotFound = "MEMBER_NOT_FOUND"
        case invitationNotFound = "INVITATION_NOT_FOUND"
        case roleNotFound = "ROLE_NOT_FOUND"
        case roleInUse = "ROLE_IN_USE"
        case lastOwner = "LAST_OWNER"
        case accountExists = "ACCOUNT_EXISTS"
        case apiKeyNotFound = "API_KEY_NOT_FOUND"
        case notFound = "NOT_FOUND"
        case methodNotAllowed = "METHOD_NOT_ALLOWED"
        case unsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE"
        case bodyTooLarge = "BODY_TOO_LARGE"
        case invalidJSON = "INVALID_JSON"
        case validation = "VALIDATION_ERROR"
        case upgradeRequired = "UPGRADE_REQUIRED"
        case internalError = "INTERNAL_ERROR"
        case auditUnavailable = "AUDIT_UNAVAILABLE"
        case notReady = "NOT_READY"

        case workflowNotFound = "WORKFLOW_NOT_FOUND"
        case versionNotFound = "VERSION_NOT_FOUND"
        case versionConflict = "VERSION_CONFLICT"
        case preconditionFailed = "PRECONDITION_FAILED"
        case endpointTaken = "WEBHOOK_ENDPOINT_TAKEN"
        case noManualTrigger = "NO_MANUAL_TRIGGER"

        case pollNotFound = "POLL_NOT_FOUND"
        case scheduleNotFound = "SCHEDULE_NOT_FOUND"
        case scheduleInDocument = "SCHEDULE_IN_DOCUMENT"

        case alertNotFound = "ALERT_NOT_FOUND"

        case templateNotFound = "TEMPLATE_NOT_FOUND"
        case installationNotFound = "INSTALLATION_NOT_FOUND"
        case templateConflict = "TEMPLATE_CONFLICT"
        case updateConflict = "UPDATE_CONFLICT"
        case publisherNotFound = "PUBLISHER_NOT_FOUND"
        case publisherNameTaken = "PUBLISHER_NAME_TAKEN"
        case reviewNotFound = "REVIEW_NOT_FOUND"
        case reviewRefused = "REVIEW_REFUSED"
        case reportNotFound = "REPORT_NOT_FOUND"
        case reportConflict = "REPORT_CONFLICT"
        case indexNotFound = "INDEX_NOT_FOUND"
        case indexConflict = "INDEX_CONFLICT"

        case runNotFound = "RUN_NOT_FOUND"
        case idempotencyKeyReused = "IDEMPOTENCY_KEY_REUSED"
        case runFinished = "RUN_FINISHED"
        case runNotFinished = "RUN_NOT_FINISHED"
        case runExpired = "RUN_EXPIRED"
        case runRetried = "RUN_RETRIED"
        case nothingFailed = "NOTHING_FAILED"
        case stepNotFound = "STEP_NOT_FOUND"
        case versionUnusable = "VERSION_UNUSABLE"

        case taskNotFound = "TASK_NOT_FOUND"
        case taskClosed = "TASK_CLOSED"
        case taskNotYours = "TASK_NOT_YOURS"
        case taskClaimed = "TASK_CLAIMED"
        case taskNotClaimable = "TASK_NOT_CLAIMABLE"
        case taskDecided = "TASK_ALREADY_DECIDED"

        case tenantNotActive = "TENANT_NOT_ACTIVE"
        case confirmationNeeded = "CONFIRMATION_REQUIRED"
        case firstTenant = "FIRST_TENANT"
        case quotaExceeded = "QUOTA_EXCEEDED"

        case nodeKindNotFound = "NODE_KIND_NOT_FOUND"

        case connectorNotFound = "CONNECTOR_NOT_FOUND"
        case connectorRefused = "CONNECTOR_REFUSED"
        case connectorInUse = "CONNECTOR_IN_USE"
        case connectorNotManaged = "CONNECTOR_NOT_MANAGED"
        case noEarlierVersion = "NO_EARLIER_VERSION"
        case packageNotFound = "PACKAGE_NOT_FOUND"
        case packageConflict = "PACKAGE_CONFLICT"
        case sourceNotAllowed = "SOURCE_NOT_ALLOWED"
        case fetchFailed = "FETCH_FAILED"

        case credentialNotFound = "CREDENTIAL_NOT_FOUND"
        case credentialNameTaken = "CREDENTIAL_NAME_TAKEN"
        case credentialInUse = "CREDENTIAL_IN_USE"
        case keyUnavailable = "KEY_UNAVAILABLE"
        case consentNotPossible = "CONSENT_NOT_POSSIBLE"
        case consentStateInvalid = "CONSENT_STATE_INVALID"
        case consentSessionMismatch = "CONSENT_SESSION_MISMATCH"
        case consentDenied = "CONSENT_DENIED"
        case consentFailed = "CONSENT_FAILED"

        case webhookNotFound = "WEBHOOK_NOT_FOUND"
        case webhookUnusable = "WEBHOOK_UNUSABLE"
        case webhookDisabled = "WEBHOOK_DISABLED"
        case webhookDeclared = "WEBHOOK_DECLARED"
        case noWebhookTrigger = "NO_WEBHOOK_TRIGGER"
        case deliveryNotFound = "DELIVERY_NOT_FOUND"
        case deliveryNotKept = "DELIVERY_NOT_KEPT"
        case workflowPaused = "WORKFLOW_PAUSED"
        case signatureMissing = "SIGNATURE_MISSING"
        case signatureInvalid = "SIGNATURE_INVALID"
        case signatureExpired = "SIGNATURE_EXPIRED"
        case secretUnavailable = "WEBHOOK_SECRET_UNAVAILABLE"

        var status: HTTPResponse.Status {
            switch self {
            case .invalidJSON, .validation, .tenantRequired, .signInExpired, .consentStateInvalid: .badRequest
            case .unauthorized, .invalidSignIn, .totpRequired, .signatureMissing, .signatureInvalid, .signatureExpired:
                .unauthorized
            case .notFound, .workflowNotFound, .versionNotFound, .scheduleNotFound, .pollNotFound, .runNotFound,
                .connectorNotFound, .packageNotFound, .alertNotFound, .templateNotFound, .installationNotFound,
                .reviewNotFound, .reportNotFound, .publisherNotFound, .indexNotFound,
                .credentialNotFound,
                .webhookNotFound, .stepNotFound, .nodeKindNotFound, .tenantNotFound,
                .linkInvalid, .sessionNotFound, .memberNotFound, .invitationNotFound, .roleNotFound, .apiKeyNotFound,
                .providerNotFound, .identityNotFound, .taskNotFound, .deliveryNotFound:
                .notFound
            case .methodNotAllowed: .methodNotAllowed
            case .upgradeRequired: .upgradeRequired
            case .versionConflict, .scheduleInDocument, .endpointTaken, .noManualTrigger, .runFinished,
                .connectorRefused, .packageConflict, .templateConflict, .updateConflict, .reportConflict,
                .publisherNameTaken, .indexConflict,
                .credentialNameTaken, .credentialInUse, .workflowPaused, .runNotFinished, .runExpired, .runRetried,
                .nothingFailed,
                .versionUnusable, .idempotencyKeyReused, .connectorInUse, .connectorNotManaged, .noEarlierVersion,
                .consentNotPossible, .totpActive, .totpNotOffered, .roleInUse, .lastOwner, .accountExists,
                .identityTaken, .lastSignIn, .confirmationNeeded, .firstTenant, .taskClosed, .taskClaimed,
                .taskNotClaimable, .taskDecided, .webhookDisabled, .webhookDeclared, .noWebhookTrigger,
                .deliveryNotKept:
                .conflict
            case .sourceNotAllowed, .tenantNotActive, .quotaExceeded, .forbidden, .csrfTokenInvalid, .sessionRequired,
                .signInRefused, .consentSessionMismatch, .consentDenied, .taskNotYours, .reviewRefused:
                .forbidden
            case .tooManyAttempts, .rateLimited: .tooManyRequests
            case .preconditionFailed: .preconditionFailed
            case .fetchFailed, .mailFailed, .providerFailed, .consentFailed: .badGateway
            case .bodyTooLarge: .contentTooLarge
            case .unsupportedMediaType: .unsupportedMediaType
            case .internalError, .auditUnavailable: .internalServerError
            case .notReady, .secretUnavailable, .webhookUnusable, .busy, .mailNotConfigured, .keyUnavailable:
                .serviceUnavailable
            }
        }
    }
}
