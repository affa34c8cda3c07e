package import PatchbayCore
package import PatchbayJSON

extension NodeKind {
    /// What stands in the config of such nodes; each kind has it beside its reader, in `Kinds`.
    package var schema: KindSchema {
        switch self {
        case .manual: ManualNode.schema
        case .webhook: WebhookNode.schema
        case .schedule: ScheduleNode.schema
        case .poll: PollNode.schema
        case .error: ErrorNode.schema
        case .action: ActionNode.schema
        case .condition: ConditionNode.schema
        case .switch: SwitchNode.schema
        case .loop: LoopNode.schema
        case .parallel: ParallelNode.schema
        case .merge: MergeNode.schema
        case .aggregate: AggregateNode.schema
        case .transform: TransformNode.schema
        case .set: SetNode.schema
        case .wait: WaitNode.schema
        case .human: HumanNode.schema
        case .workflow: SubworkflowNode.schema
        case .try: TryNode.schema
        case .respond: RespondNode.schema
        case .stop: StopNode.schema
        case .note: NoteNode.schema
        }
    }

    /// The JSON Schema (draft 2020-12) of a whole node of this kind, in canonical form.
    package var jsonSchema: JSON { NodeSchema.json(of: self, schema) }
}
