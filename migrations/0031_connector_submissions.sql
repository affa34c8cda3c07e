-- Packages of connectors that tenants submit, and what became of them. As templates' submissions they belong to the installation:
-- moderators and all who install read them, and they outlive the tenant that published them (decision 46).

create table connector_submissions (
    connector text not null,
    version text not null,
    publisher_id uuid not null,
    -- SHA-256 of the package.
    digest bytea not null,
    size int not null check (size >= 0),
    -- Null where it was rejected or taken back.
    content bytea,
    manifest json not null,
    -- The public key whose signature it bears, in base64.
    signer text not null,
    -- What the checks found at submission.
    report json not null,
    has_passed boolean not null,
    state text not null
        constraint connector_submissions_state_check
            check (state in ('pending', 'approved', 'published', 'rejected', 'withdrawn')),
    is_held boolean not null,
    reasons text not null,
    submitted_by text not null,
    submitted_at timestamptz not null,
    decided_by text,
    decided_at timestamptz,
    published_at timestamptz,
    -- Why it is not to be installed any more.
    recall text constraint connector_submissions_recall_check check (recall in ('yanked', 'quarantined')),
    recall_reason text,
    recalled_by text,
    recalled_at timestamptz,
    primary key (connector, version)
);
-- It is compressed already.
alter table connector_submissions alter column content set storage external;

create index connector_submissions_waiting on connector_submissions (state, submitted_at, connector, version);
create index connector_submissions_of_tenant on connector_submissions (publisher_id, connector, version);

grant select, insert, update on connector_submissions to patchbay_engine;
