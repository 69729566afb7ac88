-- Times are milliseconds since 1970, booleans 0 or 1: one type for both in every database.
-- utf8mb4_bin: names are compared and sorted byte by byte. InnoDB, because of transactions and foreign keys, and because it never uses an
-- id again (MySQL 8.0, MariaDB 10.2.4). Constraints are named and written out: MySQL reads over those written at a column.

-- Counts the write transactions. Its only row is locked by each of them, first of all, so that they happen one after the other.
CREATE TABLE revision (
    id BIGINT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
INSERT INTO revision (id, value) VALUES (1, 0);

-- What the last write transactions changed, so that the facts in memory can follow without reading everything.
CREATE TABLE changes (
    revision BIGINT NOT NULL,
    entity VARCHAR(32) NOT NULL,
    entity_id BIGINT NOT NULL,
    PRIMARY KEY (revision, entity, entity_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;

CREATE TABLE users (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(255) NOT NULL,
    display_name LONGTEXT NOT NULL,
    email VARCHAR(255),
    password LONGTEXT,
    is_admin BIGINT NOT NULL,
    is_enabled BIGINT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    CONSTRAINT users_name UNIQUE (name)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;

CREATE TABLE user_groups (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(255) NOT NULL,
    description LONGTEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    CONSTRAINT user_groups_name UNIQUE (name)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;

CREATE TABLE group_members (
    group_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    PRIMARY KEY (group_id, user_id),
    CONSTRAINT group_members_group FOREIGN KEY (group_id) REFERENCES user_groups (id) ON DELETE CASCADE,
    CONSTRAINT group_members_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
CREATE INDEX group_members_by_user ON group_members (user_id, group_id);

CREATE TABLE registries (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    service VARCHAR(255) NOT NULL,
    url LONGTEXT NOT NULL,
    external_url LONGTEXT,
    is_enabled BIGINT NOT NULL,
    is_read_only BIGINT NOT NULL,
    delete_enabled BIGINT NOT NULL,
    anonymous VARCHAR(32) NOT NULL,
    token_seconds BIGINT NOT NULL,
    kid_style VARCHAR(32) NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    CONSTRAINT registries_service UNIQUE (service)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;

CREATE TABLE namespaces (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    registry_id BIGINT NOT NULL,
    path VARCHAR(255) NOT NULL,
    owner_id BIGINT,
    description LONGTEXT NOT NULL,
    is_public BIGINT NOT NULL,
    members_right VARCHAR(32) NOT NULL,
    groups_right VARCHAR(32) NOT NULL,
    others_right VARCHAR(32) NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    CONSTRAINT namespaces_path UNIQUE (registry_id, path),
    CONSTRAINT namespaces_registry FOREIGN KEY (registry_id) REFERENCES registries (id) ON DELETE CASCADE,
    CONSTRAINT namespaces_owner FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
CREATE INDEX namespaces_by_owner ON namespaces (owner_id, id);

-- Who is assigned to a namespace, and who has a custom right on it.
CREATE TABLE namespace_users (
    namespace_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    PRIMARY KEY (namespace_id, user_id),
    CONSTRAINT namespace_users_namespace FOREIGN KEY (namespace_id) REFERENCES namespaces (id) ON DELETE CASCADE,
    CONSTRAINT namespace_users_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
CREATE INDEX namespace_users_by_user ON namespace_users (user_id, namespace_id);

CREATE TABLE namespace_groups (
    namespace_id BIGINT NOT NULL,
    group_id BIGINT NOT NULL,
    PRIMARY KEY (namespace_id, group_id),
    CONSTRAINT namespace_groups_namespace FOREIGN KEY (namespace_id) REFERENCES namespaces (id) ON DELETE CASCADE,
    CONSTRAINT namespace_groups_group FOREIGN KEY (group_id) REFERENCES user_groups (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
CREATE INDEX namespace_groups_by_group ON namespace_groups (group_id, namespace_id);

CREATE TABLE namespace_user_grants (
    namespace_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    granted VARCHAR(32) NOT NULL,
    PRIMARY KEY (namespace_id, user_id),
    CONSTRAINT namespace_user_grants_namespace FOREIGN KEY (namespace_id) REFERENCES namespaces (id) ON DELETE CASCADE,
    CONSTRAINT namespace_user_grants_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
CREATE INDEX namespace_user_grants_by_user ON namespace_user_grants (user_id, namespace_id);

CREATE TABLE namespace_group_grants (
    namespace_id BIGINT NOT NULL,
    group_id BIGINT NOT NULL,
    granted VARCHAR(32) NOT NULL,
    PRIMARY KEY (namespace_id, group_id),
    CONSTRAINT namespace_group_grants_namespace FOREIGN KEY (namespace_id) REFERENCES namespaces (id) ON DELETE CASCADE,
    CONSTRAINT namespace_group_grants_group FOREIGN KEY (group_id) REFERENCES user_groups (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
CREATE INDEX namespace_group_grants_by_group ON namespace_group_grants (group_id, namespace_id);

CREATE TABLE signing_keys (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    private_pem LONGTEXT NOT NULL,
    certificate_pem LONGTEXT NOT NULL,
    created BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;

-- Not tied to users and namespaces: it tells of them after they are gone.
CREATE TABLE audit (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    happened BIGINT NOT NULL,
    actor LONGTEXT NOT NULL,
    action LONGTEXT NOT NULL,
    object LONGTEXT NOT NULL,
    details LONGTEXT NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;

-- Which process does the background work, and until when.
CREATE TABLE leases (
    name VARCHAR(255) NOT NULL PRIMARY KEY,
    holder LONGTEXT NOT NULL,
    expires BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
