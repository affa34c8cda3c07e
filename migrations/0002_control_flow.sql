-- The journal's words for control flow: waits, child runs, events, responses, compensation.
alter table run_journal drop constraint run_journal_kind_check;
alter table run_journal add constraint run_journal_kind_check check (
    kind in (
        'run_started', 'step_started', 'step_waiting', 'step_completed', 'step_failed', 'step_skipped',
        'step_stopping', 'step_cancelled', 'child_started', 'event_received', 'cancel_requested', 'run_stopping',
        'run_responded', 'compensation_started', 'compensation_completed', 'compensation_failed',
        'run_completed', 'run_failed', 'run_cancelled'
    )
);
