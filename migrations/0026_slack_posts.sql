-- Messages in Slack that show tasks: where they are, and what they show, so that they are changed when their task is.
create table slack_posts (
    tenant_id uuid not null,
    task_id uuid not null,
    -- Whose direct message it is; empty: the one in the task's channel.
    person text not null,
    channel text not null,
    ts text not null,
    -- The key of the notice that it was posted for.
    notice text not null,
    -- The digest of what it shows.
    shown text not null,
    primary key (tenant_id, task_id, person)
);

select protect_tenant_table('slack_posts');

grant select, insert, update on slack_posts to patchbay_engine;
