-- Who signs people in works under a role of its own, patchbay_identity, and no longer as the engine: it sees accounts, what they
-- prove themselves by, and their places in the tenants, but no tenant's data; and the engine sees none of that.

create policy identity on accounts to patchbay_identity using (true) with check (true);
drop policy engine on accounts;

-- Of all tenants, since whoever signs in names none.
create policy identity on tenants for select to patchbay_identity using (true);
create policy identity on memberships to patchbay_identity using (true) with check (true);
create policy identity on roles for select to patchbay_identity using (true);
create policy identity on invitations to patchbay_identity using (true) with check (true);

revoke all on accounts, sessions, sign_in_links, recovery_codes, account_identities, used_answers, memberships, roles, invitations
    from patchbay_engine;

grant select, insert, update on accounts to patchbay_identity;
grant select, insert, delete on sessions, sign_in_links, recovery_codes, account_identities, used_answers to patchbay_identity;
grant select (tenant_id, name, state) on tenants to patchbay_identity;
grant select, insert on memberships to patchbay_identity;
grant select on roles to patchbay_identity;
grant select, delete on invitations to patchbay_identity;

-- Changes of a tenant's members come one after the other. Locking its row takes the right to change it, which nobody has who
-- signs in.
create function lock_tenant(wanted uuid) returns void
language sql volatile security definer set search_path = pg_catalog, public, pg_temp
as $$
    select 1 from tenants where tenant_id = wanted for update
$$;

revoke execute on function lock_tenant from public;
grant execute on function lock_tenant to patchbay_identity;
