/// What a template is for; the PRD's six categories (section 9.4).
package enum TemplateCategory: String, Sendable, CaseIterable {
    case devops
    case incidentManagement = "incident-management"
    case businessProcesses = "business-processes"
    case securityOperations = "security-operations"
    case customerSupport = "customer-support"
    case dataIntegration = "data-integration"

    package var title: String {
        switch self {
        case .devops: "DevOps & CI/CD"
        case .incidentManagement: "Incident Management"
        case .businessProcesses: "Business Processes"
        case .securityOperations: "Security Operations"
        case .customerSupport: "Customer Support"
        case .dataIntegration: "Data Integration"
        }
    }
}
