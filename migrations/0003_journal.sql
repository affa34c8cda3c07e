-- The journal in parts of a week each, by the time that run ids begin with, so that what is old is dropped as a whole; and
-- large values of entries kept beside it, once each.

-- Parts are made ahead by schedulers. What falls into none, and what was written before, stands in the rest.
alter table run_journal rename to run_journal_rest;
alter table run_journal_rest rename constraint run_journal_pkey to run_journal_rest_pkey;
create table run_journal (like run_journal_rest including defaults including constraints) partition by range (run_id);
alter table run_journal add primary key (tenant_id, run_id, seq);
alter table run_journal attach partition run_journal_rest default;

-- Which members of `data` are kept in `blobs`: {member: digest in hexadecimal}; they are null in `data` then.
alter table run_journal add column blobs json;

-- Values by their content. One is stored before the entry that names it, and may be deleted once the newest run that names
-- it is beyond its time.
create table blobs (
    tenant_id uuid not null,
    -- SHA-256 of the content.
    digest bytea not null,
    -- JSON text in UTF-8.
    content bytea not null,
    newest_run uuid not null,
    primary key (tenant_id, digest)
);

create index blobs_by_age on blobs (tenant_id, newest_run);
