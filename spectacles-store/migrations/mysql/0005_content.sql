-- How registries are reached, and by which secret their notifications are known: of that only its SHA-256, in hexadecimal.

ALTER TABLE registries
    ADD COLUMN is_insecure BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN ca LONGTEXT,
    ADD COLUMN login VARCHAR(32) NOT NULL DEFAULT 'token',
    ADD COLUMN username LONGTEXT,
    ADD COLUMN password LONGTEXT,
    ADD COLUMN sync_seconds BIGINT NOT NULL DEFAULT 30,
    ADD COLUMN event_secret VARCHAR(64);

-- Whoever changes what is known of the content of registries locks the only row, first of all, so that this happens one after the other. It is not
-- the row of the revision: nobody who changes rights waits for it, unless he changes content too.
CREATE TABLE content_turn (
    id BIGINT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
INSERT INTO content_turn (id, value) VALUES (1, 0);

-- What is looked through is the name and the first line of the description, in lower case. `gone` is since when there are no tags.
CREATE TABLE repositories (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    registry_id BIGINT NOT NULL,
    name VARCHAR(255) NOT NULL,
    is_flat BIGINT NOT NULL,
    description LONGTEXT NOT NULL,
    searched LONGTEXT NOT NULL,
    is_official BIGINT NOT NULL,
    is_automated BIGINT NOT NULL,
    stars BIGINT NOT NULL,
    pulls BIGINT NOT NULL,
    pull_days BIGINT NOT NULL,
    tag_count BIGINT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    pushed BIGINT,
    pulled BIGINT,
    gone BIGINT,
    CONSTRAINT repositories_name UNIQUE (registry_id, name),
    CONSTRAINT repositories_registry FOREIGN KEY (registry_id) REFERENCES registries (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
CREATE INDEX repositories_by_stars ON repositories (gone, stars DESC, name, registry_id);
CREATE INDEX repositories_by_pull_days ON repositories (gone, pull_days DESC, name, registry_id);
CREATE INDEX repositories_flat ON repositories (is_flat, registry_id);
CREATE INDEX repositories_by_name ON repositories (name, id);
CREATE INDEX repositories_by_created ON repositories (created, id);
CREATE INDEX repositories_by_updated ON repositories (updated, id);

-- By the bytes of `version` tags are ordered as people count. `seen` is the latest moment at which it was known to name what it names.
CREATE TABLE tags (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    repository_id BIGINT NOT NULL,
    name VARCHAR(128) NOT NULL,
    version VARCHAR(640) NOT NULL,
    digest VARCHAR(135) NOT NULL,
    media_type VARCHAR(255) NOT NULL,
    size BIGINT,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    seen BIGINT NOT NULL,
    pushed_by LONGTEXT,
    pushed BIGINT,
    pulled BIGINT,
    pulls BIGINT NOT NULL,
    CONSTRAINT tags_name UNIQUE (repository_id, name),
    CONSTRAINT tags_repository FOREIGN KEY (repository_id) REFERENCES repositories (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
CREATE INDEX tags_by_version ON tags (repository_id, version, id);
CREATE INDEX tags_by_digest ON tags (digest, repository_id);
CREATE INDEX tags_by_name ON tags (name, id);

-- `is_loose` is what may have nothing left that leads to it, until somebody has looked.
CREATE TABLE manifests (
    digest VARCHAR(135) NOT NULL,
    registry_id BIGINT NOT NULL,
    media_type VARCHAR(255) NOT NULL,
    config_digest VARCHAR(135),
    size BIGINT NOT NULL,
    details LONGTEXT NOT NULL,
    is_loose BIGINT NOT NULL,
    PRIMARY KEY (digest, registry_id),
    CONSTRAINT manifests_registry FOREIGN KEY (registry_id) REFERENCES registries (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
CREATE INDEX manifests_by_config ON manifests (config_digest);
CREATE INDEX manifests_loose ON manifests (is_loose);

-- Which manifests a manifest leads to: those of its platforms.
CREATE TABLE manifest_parts (
    digest VARCHAR(135) NOT NULL,
    registry_id BIGINT NOT NULL,
    part VARCHAR(135) NOT NULL,
    PRIMARY KEY (digest, registry_id, part),
    CONSTRAINT manifest_parts_manifest FOREIGN KEY (digest, registry_id) REFERENCES manifests (digest, registry_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
CREATE INDEX manifest_parts_by_part ON manifest_parts (part, registry_id);

-- The beginnings of labels and their values, to find images by.
CREATE TABLE labels (
    digest VARCHAR(135) NOT NULL,
    registry_id BIGINT NOT NULL,
    label VARCHAR(255) NOT NULL,
    value VARCHAR(255) NOT NULL,
    PRIMARY KEY (digest, registry_id, label, value),
    CONSTRAINT labels_manifest FOREIGN KEY (digest, registry_id) REFERENCES manifests (digest, registry_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
CREATE INDEX labels_by_label ON labels (label, value, digest, registry_id);

CREATE TABLE consumers (
    repository_id BIGINT NOT NULL,
    digest VARCHAR(135) NOT NULL,
    principal VARCHAR(512) NOT NULL,
    address LONGTEXT,
    tag VARCHAR(128),
    pulls BIGINT NOT NULL,
    first_pull BIGINT NOT NULL,
    last_pull BIGINT NOT NULL,
    PRIMARY KEY (repository_id, digest, principal),
    CONSTRAINT consumers_repository FOREIGN KEY (repository_id) REFERENCES repositories (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
CREATE INDEX consumers_by_digest ON consumers (digest, last_pull);

-- On which days somebody has pulled: the last one, and one bit for each of those before it.
CREATE TABLE pullers (
    repository_id BIGINT NOT NULL,
    principal VARCHAR(512) NOT NULL,
    last_day BIGINT NOT NULL,
    days BIGINT NOT NULL,
    PRIMARY KEY (repository_id, principal),
    CONSTRAINT pullers_repository FOREIGN KEY (repository_id) REFERENCES repositories (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;

CREATE TABLE stars (
    repository_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (repository_id, user_id),
    CONSTRAINT stars_repository FOREIGN KEY (repository_id) REFERENCES repositories (id) ON DELETE CASCADE,
    CONSTRAINT stars_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
CREATE INDEX stars_by_user ON stars (user_id, repository_id);

-- What happened: empty text where it was not to a repository, tag or manifest. `event` is what the registry calls it, so that the same is noted once.
CREATE TABLE activities (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    happened BIGINT NOT NULL,
    registry_id BIGINT NOT NULL,
    kind VARCHAR(32) NOT NULL,
    repository VARCHAR(255) NOT NULL,
    tag VARCHAR(128) NOT NULL,
    digest VARCHAR(135) NOT NULL,
    principal VARCHAR(512) NOT NULL,
    address LONGTEXT,
    agent LONGTEXT,
    remark LONGTEXT,
    event VARCHAR(512),
    CONSTRAINT activities_event UNIQUE (registry_id, event),
    CONSTRAINT activities_registry FOREIGN KEY (registry_id) REFERENCES registries (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
CREATE INDEX activities_by_moment ON activities (happened, id);
CREATE INDEX activities_by_repository ON activities (repository, id);

-- How it goes with looking at registries, as JSON, and who may do so for now.
CREATE TABLE sync_states (
    registry_id BIGINT NOT NULL PRIMARY KEY,
    state LONGTEXT NOT NULL,
    CONSTRAINT sync_states_registry FOREIGN KEY (registry_id) REFERENCES registries (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
CREATE TABLE sync_turns (
    registry_id BIGINT NOT NULL PRIMARY KEY,
    holder LONGTEXT NOT NULL,
    valid_until BIGINT NOT NULL,
    CONSTRAINT sync_turns_registry FOREIGN KEY (registry_id) REFERENCES registries (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;

-- Which tags stay, as JSON.
CREATE TABLE retentions (
    namespace_id BIGINT NOT NULL PRIMARY KEY,
    policy LONGTEXT NOT NULL,
    updated BIGINT NOT NULL,
    carried_out BIGINT,
    CONSTRAINT retentions_namespace FOREIGN KEY (namespace_id) REFERENCES namespaces (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
