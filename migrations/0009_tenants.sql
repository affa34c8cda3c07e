-- Who may see and do what in the database, and tenants with limits.
--
-- Three roles, made before the migrations run:
--   patchbay_owner   owns the tables and migrates; nothing else is done under it but by functions below, and a tenant's end
--   patchbay_api     serves requests, for one tenant at a time: that of the setting patchbay.tenant, which is made in each
--                    transaction (`set local`); without it there are no rows
--   patchbay_engine  leases and journals runs of all tenants
--
-- Rules that later migrations keep:
-- * A table of a tenant's data is protected as soon as it is made: select protect_tenant_table('…').
-- * Each role is granted what its statements need, table by table, and nothing else. What is appended only is never granted
--   for update or delete.
-- * A function that is `security definer` sets its search_path, and is granted to those who need it, not to everybody.

-- The tables are protected from their owner as well, who needs a rule of their own for migrations.
create function protect_tenant_table(relation regclass) returns void
language plpgsql
as $$
begin
    execute format('alter table %s enable row level security, force row level security', relation);
    execute format(
        'create policy tenant on %s to patchbay_api '
        'using (tenant_id = nullif(current_setting(''patchbay.tenant'', true), '''')::uuid) '
        'with check (tenant_id = nullif(current_setting(''patchbay.tenant'', true), '''')::uuid)', relation);
    execute format('create policy engine on %s to patchbay_engine using (true) with check (true)', relation);
    execute format('create policy owner on %s to patchbay_owner using (true) with check (true)', relation);
end
$$;

revoke execute on function protect_tenant_table from public;

alter table tenants
    add column state text not null default 'active'
        -- active     it works
        -- suspended  nothing of it is started or taken on, and everything stays
        -- deleting   what belongs to it is being deleted
        constraint tenants_state_check check (state in ('active', 'suspended', 'deleting')),
    -- Limits; null: none. That of the runs under way is in tenant_shares, where claims read it.
    add column max_workflows int check (max_workflows >= 0),
    add column max_runs_a_month bigint check (max_runs_a_month >= 0),
    add column max_storage_bytes bigint check (max_storage_bytes >= 0);

-- As state says it, for claims, which read no other table about tenants.
alter table tenant_shares add column is_suspended boolean not null default false;

-- What a tenant used, by day. Each process that counts has rows of its own, so that none waits for another; those of days
-- that are over are added up in slot 0.
create table tenant_usage (
    tenant_id uuid not null references tenants (tenant_id),
    -- In UTC.
    day date not null,
    slot int not null,
    runs bigint not null,
    steps bigint not null,
    -- Written to the journal and to blobs.
    bytes bigint not null,
    -- Of these bytes, those of runs that have not been deleted.
    kept_bytes bigint not null,
    primary key (tenant_id, day, slot)
);

do $$
declare
    relation regclass;
begin
    for relation in
        select c.oid::regclass from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attname = 'tenant_id'
            and not a.attisdropped
    loop
        perform protect_tenant_table(relation);
    end loop;
end
$$;

-- Whose webhook it is. The only thing that is told before a tenant is known; who asks knows the endpoint.
create function webhook_at(wanted text)
returns table (endpoint text, tenant_id uuid, webhook_id uuid, workflow_id uuid, node text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp
as $$
    select w.endpoint, w.tenant_id, w.webhook_id, w.workflow_id, w.node from webhooks w where w.endpoint = wanted
$$;

revoke execute on function webhook_at from public;
grant execute on function webhook_at to patchbay_api, patchbay_engine;

-- The journal's parts, which only their owner can make and drop.
create function make_journal_part(part text, first_run uuid, run_behind uuid) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
begin
    if part !~ '^run_journal_[0-9]{8}$' then
        raise exception 'it is no name of a part of the journal: %', part;
    end if;
    -- Also for readers, and the whole before the rest: one that has chosen the parts to look at, and then waits for the rest
    -- alone, finds nothing there once the entries have moved.
    lock table only run_journal in access exclusive mode;
    lock table run_journal_rest in access exclusive mode;
    execute format('create table public.%I (like run_journal including defaults including constraints)', part);
    perform protect_tenant_table(format('public.%I', part)::regclass);
    -- Entries that came before their part.
    execute format(
        'with moved as (delete from run_journal_rest where run_id >= %L and run_id < %L returning *) '
        'insert into public.%I select * from moved', first_run, run_behind, part);
    execute format(
        'alter table run_journal attach partition public.%I for values from (%L) to (%L)', part, first_run, run_behind);
end
$$;

create function drop_journal_part(part text) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
begin
    if part !~ '^run_journal_[0-9]{8}$' then
        raise exception 'it is no name of a part of the journal: %', part;
    end if;
    execute format('drop table if exists public.%I', part);
end
$$;

revoke execute on function make_journal_part, drop_journal_part from public;
grant execute on function make_journal_part, drop_journal_part to patchbay_engine;

grant select on schema_migrations to patchbay_api, patchbay_engine;

-- Requests.
grant select, insert (tenant_id, name, created_at), update (name) on tenants to patchbay_api;
grant select, insert, update on workflows to patchbay_api;
grant select, insert on workflow_versions to patchbay_api;
grant select, insert, delete on webhooks to patchbay_api;
grant select, insert, update on runs to patchbay_api;
grant select, insert, update, delete on run_queue to patchbay_api;
grant select, insert on run_journal to patchbay_api;
grant select on run_log to patchbay_api;
grant select, insert on run_messages to patchbay_api;
grant select on blobs to patchbay_api;
grant select, insert, delete on credentials to patchbay_api;
grant select, insert, update on connector_settings to patchbay_api;
grant select on connector_gates to patchbay_api;
grant select, insert (tenant_id, weight, concurrency, labels), update (weight, concurrency, labels)
    on tenant_shares to patchbay_api;
grant select on tenant_usage to patchbay_api;

-- Runs of all tenants, and what belongs to the installation. Credentials and settings are not among it: each call reads
-- those of its tenant as requests do.
grant select, insert, update on tenants to patchbay_engine;
grant select on workflows to patchbay_engine;
grant select on workflow_versions to patchbay_engine;
grant select, insert, update, delete on runs to patchbay_engine;
grant select, insert, update, delete on run_queue to patchbay_engine;
grant select, insert on run_journal to patchbay_engine;
grant select, delete on run_journal_rest to patchbay_engine;
grant select, insert, delete on run_log to patchbay_engine;
grant select, insert, delete on run_messages to patchbay_engine;
grant select, insert, update, delete on blobs to patchbay_engine;
grant select, insert, update on connector_gates to patchbay_engine;
grant select, insert, update on tenant_shares to patchbay_engine;
grant select, insert, update, delete on tenant_usage to patchbay_engine;
grant select, insert, update, delete on workers to patchbay_engine;
grant select, insert, update, delete on connector_packages to patchbay_engine;
grant select, insert, update, delete on connector_versions to patchbay_engine;
grant select, insert, update, delete on connector_hosts to patchbay_engine;
