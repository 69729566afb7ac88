-- Times are milliseconds since 1970, booleans 0 or 1. Text is compared byte by byte, as SQLite does of itself.
-- AUTOINCREMENT, because without it the id of the last row would be used again after its deletion.

-- Counts the write transactions. Its only row is locked by each of them, first of all, so that they happen one after the other.
CREATE TABLE revision (
    id INTEGER NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
);
INSERT INTO revision (id, value) VALUES (1, 0);

-- What the last write transactions changed, so that the facts in memory can follow without reading everything.
CREATE TABLE changes (
    revision INTEGER NOT NULL,
    entity TEXT NOT NULL,
    entity_id INTEGER NOT NULL,
    PRIMARY KEY (revision, entity, entity_id)
);

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    email TEXT,
    password TEXT,
    is_admin INTEGER NOT NULL,
    is_enabled INTEGER NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    CONSTRAINT users_name UNIQUE (name)
);

CREATE TABLE user_groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    CONSTRAINT user_groups_name UNIQUE (name)
);

CREATE TABLE group_members (
    group_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    PRIMARY KEY (group_id, user_id),
    CONSTRAINT group_members_group FOREIGN KEY (group_id) REFERENCES user_groups (id) ON DELETE CASCADE,
    CONSTRAINT group_members_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX group_members_by_user ON group_members (user_id, group_id);

CREATE TABLE registries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    service TEXT NOT NULL,
    url TEXT NOT NULL,
    external_url TEXT,
    is_enabled INTEGER NOT NULL,
    is_read_only INTEGER NOT NULL,
    delete_enabled INTEGER NOT NULL,
    anonymous TEXT NOT NULL,
    token_seconds INTEGER NOT NULL,
    kid_style TEXT NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    CONSTRAINT registries_service UNIQUE (service)
);

CREATE TABLE namespaces (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    registry_id INTEGER NOT NULL,
    path TEXT NOT NULL,
    owner_id INTEGER,
    description TEXT NOT NULL,
    is_public INTEGER NOT NULL,
    members_right TEXT NOT NULL,
    groups_right TEXT NOT NULL,
    others_right TEXT NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    CONSTRAINT namespaces_path UNIQUE (registry_id, path),
    CONSTRAINT namespaces_registry FOREIGN KEY (registry_id) REFERENCES registries (id) ON DELETE CASCADE,
    CONSTRAINT namespaces_owner FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE RESTRICT
);
CREATE INDEX namespaces_by_owner ON namespaces (owner_id, id);

-- Who is assigned to a namespace, and who has a custom right on it.
CREATE TABLE namespace_users (
    namespace_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    PRIMARY KEY (namespace_id, user_id),
    CONSTRAINT namespace_users_namespace FOREIGN KEY (namespace_id) REFERENCES namespaces (id) ON DELETE CASCADE,
    CONSTRAINT namespace_users_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX namespace_users_by_user ON namespace_users (user_id, namespace_id);

CREATE TABLE namespace_groups (
    namespace_id INTEGER NOT NULL,
    group_id INTEGER NOT NULL,
    PRIMARY KEY (namespace_id, group_id),
    CONSTRAINT namespace_groups_namespace FOREIGN KEY (namespace_id) REFERENCES namespaces (id) ON DELETE CASCADE,
    CONSTRAINT namespace_groups_group FOREIGN KEY (group_id) REFERENCES user_groups (id) ON DELETE CASCADE
);
CREATE INDEX namespace_groups_by_group ON namespace_groups (group_id, namespace_id);

CREATE TABLE namespace_user_grants (
    namespace_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    granted TEXT NOT NULL,
    PRIMARY KEY (namespace_id, user_id),
    CONSTRAINT namespace_user_grants_namespace FOREIGN KEY (namespace_id) REFERENCES namespaces (id) ON DELETE CASCADE,
    CONSTRAINT namespace_user_grants_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX namespace_user_grants_by_user ON namespace_user_grants (user_id, namespace_id);

CREATE TABLE namespace_group_grants (
    namespace_id INTEGER NOT NULL,
    group_id INTEGER NOT NULL,
    granted TEXT NOT NULL,
    PRIMARY KEY (namespace_id, group_id),
    CONSTRAINT namespace_group_grants_namespace FOREIGN KEY (namespace_id) REFERENCES namespaces (id) ON DELETE CASCADE,
    CONSTRAINT namespace_group_grants_group FOREIGN KEY (group_id) REFERENCES user_groups (id) ON DELETE CASCADE
);
CREATE INDEX namespace_group_grants_by_group ON namespace_group_grants (group_id, namespace_id);

CREATE TABLE signing_keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    private_pem TEXT NOT NULL,
    certificate_pem TEXT NOT NULL,
    created INTEGER NOT NULL
);

-- Not tied to users and namespaces: it tells of them after they are gone.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    happened INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    details TEXT NOT NULL
);

-- Which process does the background work, and until when.
CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    expires INTEGER NOT NULL
);
