-- What holds for a while, or for requests from some networks, has the columns `valid_until` (for ever where there is nothing) and `networks`
-- (CIDR, separated by commas; everywhere where there is nothing).
-- Columns, types and collations as in 0001. All that is added to one table is added at once, because each ALTER TABLE may copy it.

ALTER TABLE users
    ADD COLUMN privileges VARCHAR(64) NOT NULL DEFAULT 'none',
    ADD COLUMN default_group_id BIGINT,
    ADD CONSTRAINT users_default_group FOREIGN KEY (default_group_id) REFERENCES user_groups (id) ON DELETE SET NULL;
CREATE INDEX users_by_default_group ON users (default_group_id);

ALTER TABLE user_groups
    ADD COLUMN slug VARCHAR(255),
    ADD CONSTRAINT user_groups_slug UNIQUE (slug);

ALTER TABLE registries
    ADD COLUMN policy VARCHAR(32) NOT NULL DEFAULT 'both',
    ADD COLUMN is_restricted BIGINT NOT NULL DEFAULT 1;

ALTER TABLE group_members
    ADD COLUMN valid_until BIGINT;
ALTER TABLE namespace_users
    ADD COLUMN valid_until BIGINT,
    ADD COLUMN networks LONGTEXT;
ALTER TABLE namespace_groups
    ADD COLUMN valid_until BIGINT,
    ADD COLUMN networks LONGTEXT;
ALTER TABLE namespace_user_grants
    ADD COLUMN valid_until BIGINT,
    ADD COLUMN networks LONGTEXT;
ALTER TABLE namespace_group_grants
    ADD COLUMN valid_until BIGINT,
    ADD COLUMN networks LONGTEXT;

CREATE TABLE apps (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(255) NOT NULL,
    slug VARCHAR(255),
    description LONGTEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    CONSTRAINT apps_name UNIQUE (name),
    CONSTRAINT apps_slug UNIQUE (slug)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;

-- What groups have to do with registries and apps: `publication` or `responsible`.
CREATE TABLE registry_groups (
    registry_id BIGINT NOT NULL,
    relation VARCHAR(32) NOT NULL,
    group_id BIGINT NOT NULL,
    valid_until BIGINT,
    PRIMARY KEY (registry_id, relation, group_id),
    CONSTRAINT registry_groups_registry FOREIGN KEY (registry_id) REFERENCES registries (id) ON DELETE CASCADE,
    CONSTRAINT registry_groups_group FOREIGN KEY (group_id) REFERENCES user_groups (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
CREATE INDEX registry_groups_by_group ON registry_groups (group_id, registry_id);

CREATE TABLE app_groups (
    app_id BIGINT NOT NULL,
    relation VARCHAR(32) NOT NULL,
    group_id BIGINT NOT NULL,
    valid_until BIGINT,
    PRIMARY KEY (app_id, relation, group_id),
    CONSTRAINT app_groups_app FOREIGN KEY (app_id) REFERENCES apps (id) ON DELETE CASCADE,
    CONSTRAINT app_groups_group FOREIGN KEY (group_id) REFERENCES user_groups (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
CREATE INDEX app_groups_by_group ON app_groups (group_id, app_id);

CREATE TABLE service_accounts (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(255) NOT NULL,
    app_id BIGINT,
    owner_id BIGINT,
    description LONGTEXT NOT NULL,
    is_enabled BIGINT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    CONSTRAINT service_accounts_name UNIQUE (name),
    CONSTRAINT service_accounts_app FOREIGN KEY (app_id) REFERENCES apps (id) ON DELETE SET NULL,
    CONSTRAINT service_accounts_owner FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
CREATE INDEX service_accounts_by_app ON service_accounts (app_id);
CREATE INDEX service_accounts_by_owner ON service_accounts (owner_id);

-- Of the secrets only their SHA-256, in hexadecimal.
CREATE TABLE service_secrets (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    service_id BIGINT NOT NULL,
    hash VARCHAR(64) NOT NULL,
    created BIGINT NOT NULL,
    last_used BIGINT,
    valid_until BIGINT,
    networks LONGTEXT,
    CONSTRAINT service_secrets_service FOREIGN KEY (service_id) REFERENCES service_accounts (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
CREATE INDEX service_secrets_by_service ON service_secrets (service_id, id);

CREATE TABLE namespace_services (
    namespace_id BIGINT NOT NULL,
    service_id BIGINT NOT NULL,
    valid_until BIGINT,
    networks LONGTEXT,
    PRIMARY KEY (namespace_id, service_id),
    CONSTRAINT namespace_services_namespace FOREIGN KEY (namespace_id) REFERENCES namespaces (id) ON DELETE CASCADE,
    CONSTRAINT namespace_services_service FOREIGN KEY (service_id) REFERENCES service_accounts (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
CREATE INDEX namespace_services_by_service ON namespace_services (service_id, namespace_id);

CREATE TABLE namespace_service_grants (
    namespace_id BIGINT NOT NULL,
    service_id BIGINT NOT NULL,
    granted VARCHAR(32) NOT NULL,
    valid_until BIGINT,
    networks LONGTEXT,
    PRIMARY KEY (namespace_id, service_id),
    CONSTRAINT namespace_service_grants_namespace FOREIGN KEY (namespace_id) REFERENCES namespaces (id) ON DELETE CASCADE,
    CONSTRAINT namespace_service_grants_service FOREIGN KEY (service_id) REFERENCES service_accounts (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
CREATE INDEX namespace_service_grants_by_service ON namespace_service_grants (service_id, namespace_id);

-- What has ended is looked for again and again, and is little.
CREATE INDEX group_members_by_end ON group_members (valid_until);
CREATE INDEX namespace_users_by_end ON namespace_users (valid_until);
CREATE INDEX namespace_groups_by_end ON namespace_groups (valid_until);
CREATE INDEX namespace_services_by_end ON namespace_services (valid_until);
CREATE INDEX namespace_user_grants_by_end ON namespace_user_grants (valid_until);
CREATE INDEX namespace_group_grants_by_end ON namespace_group_grants (valid_until);
CREATE INDEX namespace_service_grants_by_end ON namespace_service_grants (valid_until);
CREATE INDEX registry_groups_by_end ON registry_groups (valid_until);
CREATE INDEX app_groups_by_end ON app_groups (valid_until);
CREATE INDEX service_secrets_by_end ON service_secrets (valid_until);

-- The links that tie the entries of the audit trails together. Entries older than this have none.
ALTER TABLE audit ADD COLUMN link VARCHAR(64);

-- Where the two chains begin and end, apart from their entries. Whoever adds to one changes its row, and so waits for the one before.
CREATE TABLE chains (
    name VARCHAR(32) NOT NULL PRIMARY KEY,
    before_first BIGINT NOT NULL,
    first_link VARCHAR(64) NOT NULL,
    last BIGINT NOT NULL,
    last_link VARCHAR(64) NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
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
-- A principal has at most 382 signs, those of a service account at a node; an index takes up to 768.
CREATE TABLE decisions (
    id BIGINT NOT NULL PRIMARY KEY,
    happened BIGINT NOT NULL,
    token LONGTEXT NOT NULL,
    outcome VARCHAR(32) NOT NULL,
    principal VARCHAR(512) NOT NULL,
    credential VARCHAR(32) NOT NULL,
    address LONGTEXT,
    agent LONGTEXT NOT NULL,
    service LONGTEXT NOT NULL,
    scopes LONGTEXT NOT NULL,
    reason LONGTEXT,
    link VARCHAR(64) NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
CREATE INDEX decisions_by_principal ON decisions (principal, id);
