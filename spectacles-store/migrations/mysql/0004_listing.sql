-- What lists can be ordered by: such an order ends with the id.

CREATE INDEX users_by_created ON users (created, id);
CREATE INDEX users_by_updated ON users (updated, id);
CREATE INDEX user_groups_by_created ON user_groups (created, id);
CREATE INDEX user_groups_by_updated ON user_groups (updated, id);
CREATE INDEX apps_by_created ON apps (created, id);
CREATE INDEX apps_by_updated ON apps (updated, id);
CREATE INDEX service_accounts_by_created ON service_accounts (created, id);
CREATE INDEX service_accounts_by_updated ON service_accounts (updated, id);
CREATE INDEX namespaces_by_created ON namespaces (created, id);
CREATE INDEX namespaces_by_updated ON namespaces (updated, id);
-- Of all registries. The paths of one are in the index that makes them unique.
CREATE INDEX namespaces_by_path ON namespaces (path, id);
CREATE INDEX audit_by_moment ON audit (happened, id);
CREATE INDEX decisions_by_moment ON decisions (happened, id);
