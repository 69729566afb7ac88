-- What holds for a while, or for requests from some networks, has the columns `valid_until` (for ever where there is nothing) and `networks`
-- (CIDR, separated by commas; everywhere where there is nothing).
-- Columns are added one by one: that is all that SQLite's ALTER TABLE can do. What is unique among them is so by an index.

ALTER TABLE users ADD COLUMN privileges TEXT NOT NULL DEFAULT 'none';
ALTER TABLE users ADD COLUMN default_group_id INTEGER CONSTRAINT users_default_group REFERENCES user_groups (id) ON DELETE SET NULL;
CREATE INDEX users_by_default_group ON users (default_group_id);

ALTER TABLE user_groups ADD COLUMN slug TEXT;
CREATE UNIQUE INDEX user_groups_slug ON user_groups (slug);

ALTER TABLE registries ADD COLUMN policy TEXT NOT NULL DEFAULT 'both';
ALTER TABLE registries ADD COLUMN is_restricted INTEGER NOT NULL DEFAULT 1;

ALTER TABLE group_members ADD COLUMN valid_until INTEGER;
ALTER TABLE namespace_users ADD COLUMN valid_until INTEGER;
ALTER TABLE namespace_users ADD COLUMN networks TEXT;
ALTER TABLE namespace_groups ADD COLUMN valid_until INTEGER;
ALTER TABLE namespace_groups ADD COLUMN networks TEXT;
ALTER TABLE namespace_user_grants ADD COLUMN valid_until INTEGER;
ALTER TABLE namespace_user_grants ADD COLUMN networks TEXT;
ALTER TABLE namespace_group_grants ADD COLUMN valid_until INTEGER;
ALTER TABLE namespace_group_grants ADD COLUMN networks TEXT;

CREATE TABLE apps (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    slug TEXT,
    description TEXT NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    CONSTRAINT apps_name UNIQUE (name),
    CONSTRAINT apps_slug UNIQUE (slug)
);

-- What groups have to do with registries and apps: `publication` or `responsible`.
CREATE TABLE registry_groups (
    registry_id INTEGER NOT NULL,
    relation TEXT NOT NULL,
    group_id INTEGER NOT NULL,
    valid_until INTEGER,
    PRIMARY KEY (registry_id, relation, group_id),
    CONSTRAINT registry_groups_registry FOREIGN KEY (registry_id) REFERENCES registries (id) ON DELETE CASCADE,
    CONSTRAINT registry_groups_group FOREIGN KEY (group_id) REFERENCES user_groups (id) ON DELETE CASCADE
);
CREATE INDEX registry_groups_by_group ON registry_groups (group_id, registry_id);

CREATE TABLE app_groups (
    app_id INTEGER NOT NULL,
    relation TEXT NOT NULL,
    group_id INTEGER NOT NULL,
    valid_until INTEGER,
    PRIMARY KEY (app_id, relation, group_id),
    CONSTRAINT app_groups_app FOREIGN KEY (app_id) REFERENCES apps (id) ON DELETE CASCADE,
    CONSTRAINT app_groups_group FOREIGN KEY (group_id) REFERENCES user_groups (id) ON DELETE CASCADE
);
CREATE INDEX app_groups_by_group ON app_groups (group_id, app_id);

CREATE TABLE service_accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    app_id INTEGER,
    owner_id INTEGER,
    description TEXT NOT NULL,
    is_enabled INTEGER NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    CONSTRAINT service_accounts_name UNIQUE (name),
    CONSTRAINT service_accounts_app FOREIGN KEY (app_id) REFERENCES apps (id) ON DELETE SET NULL,
    CONSTRAINT service_accounts_owner FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE SET NULL
);
CREATE INDEX service_accounts_by_app ON service_accounts (app_id);
CREATE INDEX service_accounts_by_owner ON service_accounts (owner_id);

-- Of the secrets only their SHA-256, in hexadecimal.
CREATE TABLE service_secrets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    service_id INTEGER NOT NULL,
    hash TEXT NOT NULL,
    created INTEGER NOT NULL,
    last_used INTEGER,
    valid_until INTEGER,
    networks TEXT,
    CONSTRAINT service_secrets_service FOREIGN KEY (service_id) REFERENCES service_accounts (id) ON DELETE CASCADE
);
CREATE INDEX service_secrets_by_service ON service_secrets (service_id, id);

CREATE TABLE namespace_services (
    namespace_id INTEGER NOT NULL,
    service_id INTEGER NOT NULL,
    valid_until INTEGER,
    networks TEXT,
    PRIMARY KEY (namespace_id, service_id),
    CONSTRAINT namespace_services_namespace FOREIGN KEY (namespace_id) REFERENCES namespaces (id) ON DELETE CASCADE,
    CONSTRAINT namespace_services_service FOREIGN KEY (service_id) REFERENCES service_accounts (id) ON DELETE CASCADE
);
CREATE INDEX namespace_services_by_service ON namespace_services (service_id, namespace_id);

CREATE TABLE namespace_service_grants (
    namespace_id INTEGER NOT NULL,
    service_id INTEGER NOT NULL,
    granted TEXT NOT NULL,
    valid_until INTEGER,
    networks TEXT,
    PRIMARY KEY (namespace_id, service_id),
    CONSTRAINT namespace_service_grants_namespace FOREIGN KEY (namespace_id) REFERENCES namespaces (id) ON DELETE CASCADE,
    CONSTRAINT namespace_service_grants_service FOREIGN KEY (service_id) REFERENCES service_accounts (id) ON DELETE CASCADE
);
CREATE INDEX namespace_service_grants_by_service ON namespace_service_grants (service_id, namespace_id);

-- What has ended is looked for again and again, and is little.
CREATE INDEX group_members_by_end ON group_members (valid_until) WHERE valid_until IS NOT NULL;
CREATE INDEX namespace_users_by_end ON namespace_users (valid_until) WHERE valid_until IS NOT NULL;
CREATE INDEX namespace_groups_by_end ON namespace_groups (valid_until) WHERE valid_until IS NOT NULL;
CREATE INDEX namespace_services_by_end ON namespace_services (valid_until) WHERE valid_until IS NOT NULL;
CREATE INDEX namespace_user_grants_by_end ON namespace_user_grants (valid_until) WHERE valid_until IS NOT NULL;
CREATE INDEX namespace_group_grants_by_end ON namespace_group_grants (valid_until) WHERE valid_until IS NOT NULL;
CREATE INDEX namespace_service_grants_by_end ON namespace_service_grants (valid_until) WHERE valid_until IS NOT NULL;
CREATE INDEX registry_groups_by_end ON registry_groups (valid_until) WHERE valid_until IS NOT NULL;
CREATE INDEX app_groups_by_end ON app_groups (valid_until) WHERE valid_until IS NOT NULL;
CREATE INDEX service_secrets_by_end ON service_secrets (valid_until) WHERE valid_until IS NOT NULL;

-- The links that tie the entries of the audit trails together. Entries older than this have none.
ALTER TABLE audit ADD COLUMN link TEXT;

-- Where the two chains begin and end, apart from their entries. Whoever adds to one changes its row, and so waits for the one before.
CREATE TABLE chains (
    name TEXT NOT NULL PRIMARY KEY,
    before_first INTEGER NOT NULL,
    first_link TEXT NOT NULL,
    last INTEGER NOT NULL,
    last_link TEXT NOT NULL
);
INSERT INTO chains (name, before_first, first_link, last, last_link)
SELECT
    'changes',
    COALESCE(MAX(id), 0),
    '0000000000000000000000000000000000000000000000000000000000000000',
    COALESCE(MAX(id), 0),
    '0000000000000000000000000000000000000000000000000000000000000000'
FROM audit;
INSERT INTO chains (name, before_first, first_link, last, last_link) VALUES (
    'decisions',
    0,
    '0000000000000000000000000000000000000000000000000000000000000000',
    0,
    '0000000000000000000000000000000000000000000000000000000000000000'
);

-- What was decided on token requests. The id is the place in the chain; the oldest rows are removed as time passes.
CREATE TABLE decisions (
    id INTEGER PRIMARY KEY,
    happened INTEGER NOT NULL,
    token TEXT NOT NULL,
    outcome TEXT NOT NULL,
    principal TEXT NOT NULL,
    credential TEXT NOT NULL,
    address TEXT,
    agent TEXT NOT NULL,
    service TEXT NOT NULL,
    scopes TEXT NOT NULL,
    reason TEXT,
    link TEXT NOT NULL
);
CREATE INDEX decisions_by_principal ON decisions (principal, id);
