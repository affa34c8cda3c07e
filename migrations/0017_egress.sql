-- Where the operator lets the calls of one tenant go, within what holds for all of them: {"hosts": […], "networks": […]}, each
-- without limit where it is missing. Only operators write it (`patchbay tenant egress`).
alter table tenants add column egress json;
