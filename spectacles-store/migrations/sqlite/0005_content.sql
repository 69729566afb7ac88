-- How registries are reached, and by which secret their notifications are known: of that only its SHA-256, in hexadecimal.

ALTER TABLE registries ADD COLUMN is_insecure INTEGER NOT NULL DEFAULT 0;
ALTER TABLE registries ADD COLUMN ca TEXT;
ALTER TABLE registries ADD COLUMN login TEXT NOT NULL DEFAULT 'token';
ALTER TABLE registries ADD COLUMN username TEXT;
ALTER TABLE registries ADD COLUMN password TEXT;
ALTER TABLE registries ADD COLUMN sync_seconds INTEGER NOT NULL DEFAULT 30;
ALTER TABLE registries ADD COLUMN event_secret TEXT;

-- Whoever changes what is known of the content of registries locks the only row, first of all, so that this happens one after the other. It is not
-- the row of the revision: nobody who changes rights waits for it, unless he changes content too.
CREATE TABLE content_turn (
    id INTEGER NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
);
INSERT INTO content_turn (id, value) VALUES (1, 0);

-- What is looked through is the name and the first line of the description, in lower case. `gone` is since when there are no tags.
CREATE TABLE repositories (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    registry_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    is_flat INTEGER NOT NULL,
    description TEXT NOT NULL,
    searched TEXT NOT NULL,
    is_official INTEGER NOT NULL,
    is_automated INTEGER NOT NULL,
    stars INTEGER NOT NULL,
    pulls INTEGER NOT NULL,
    pull_days INTEGER NOT NULL,
    tag_count INTEGER NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    pushed INTEGER,
    pulled INTEGER,
    gone INTEGER,
    CONSTRAINT repositories_name UNIQUE (registry_id, name),
    CONSTRAINT repositories_registry FOREIGN KEY (registry_id) REFERENCES registries (id) ON DELETE CASCADE
);
CREATE INDEX repositories_by_stars ON repositories (stars DESC, name, registry_id) WHERE gone IS NULL;
CREATE INDEX repositories_by_pull_days ON repositories (pull_days DESC, name, registry_id) WHERE gone IS NULL;
CREATE INDEX repositories_flat ON repositories (registry_id) WHERE is_flat = 1;
CREATE INDEX repositories_gone ON repositories (gone) WHERE gone IS NOT NULL;
CREATE INDEX repositories_by_name ON repositories (name, id);
CREATE INDEX repositories_by_created ON repositories (created, id);
CREATE INDEX repositories_by_updated ON repositories (updated, id);

-- By the bytes of `version` tags are ordered as people count. `seen` is the latest moment at which it was known to name what it names.
CREATE TABLE tags (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    repository_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    digest TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    pushed_by TEXT,
    pushed INTEGER,
    pulled INTEGER,
    pulls INTEGER NOT NULL,
    CONSTRAINT tags_name UNIQUE (repository_id, name),
    CONSTRAINT tags_repository FOREIGN KEY (repository_id) REFERENCES repositories (id) ON DELETE CASCADE
);
CREATE INDEX tags_by_version ON tags (repository_id, version, id);
CREATE INDEX tags_by_digest ON tags (digest, repository_id);
CREATE INDEX tags_by_name ON tags (name, id);

-- `is_loose` is what may have nothing left that leads to it, until somebody has looked.
CREATE TABLE manifests (
    digest TEXT NOT NULL,
    registry_id INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    config_digest TEXT,
    size INTEGER NOT NULL,
    details TEXT NOT NULL,
    is_loose INTEGER NOT NULL,
    PRIMARY KEY (digest, registry_id),
    CONSTRAINT manifests_registry FOREIGN KEY (registry_id) REFERENCES registries (id) ON DELETE CASCADE
);
CREATE INDEX manifests_by_config ON manifests (config_digest);
CREATE INDEX manifests_loose ON manifests (digest) WHERE is_loose = 1;

-- Which manifests a manifest leads to: those of its platforms.
CREATE TABLE manifest_parts (
    digest TEXT NOT NULL,
    registry_id INTEGER NOT NULL,
    part TEXT NOT NULL,
    PRIMARY KEY (digest, registry_id, part),
    CONSTRAINT manifest_parts_manifest FOREIGN KEY (digest, registry_id) REFERENCES manifests (digest, registry_id) ON DELETE CASCADE
);
CREATE INDEX manifest_parts_by_part ON manifest_parts (part, registry_id);

-- The beginnings of labels and their values, to find images by.
CREATE TABLE labels (
    digest TEXT NOT NULL,
    registry_id INTEGER NOT NULL,
    label TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (digest, registry_id, label, value),
    CONSTRAINT labels_manifest FOREIGN KEY (digest, registry_id) REFERENCES manifests (digest, registry_id) ON DELETE CASCADE
);
CREATE INDEX labels_by_label ON labels (label, value, digest, registry_id);

CREATE TABLE consumers (
    repository_id INTEGER NOT NULL,
    digest TEXT NOT NULL,
    principal TEXT NOT NULL,
    address TEXT,
    tag TEXT,
    pulls INTEGER NOT NULL,
    first_pull INTEGER NOT NULL,
    last_pull INTEGER NOT NULL,
    PRIMARY KEY (repository_id, digest, principal),
    CONSTRAINT consumers_repository FOREIGN KEY (repository_id) REFERENCES repositories (id) ON DELETE CASCADE
);
CREATE INDEX consumers_by_digest ON consumers (digest, last_pull);

-- On which days somebody has pulled: the last one, and one bit for each of those before it.
CREATE TABLE pullers (
    repository_id INTEGER NOT NULL,
    principal TEXT NOT NULL,
    last_day INTEGER NOT NULL,
    days INTEGER NOT NULL,
    PRIMARY KEY (repository_id, principal),
    CONSTRAINT pullers_repository FOREIGN KEY (repository_id) REFERENCES repositories (id) ON DELETE CASCADE
);

CREATE TABLE stars (
    repository_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (repository_id, user_id),
    CONSTRAINT stars_repository FOREIGN KEY (repository_id) REFERENCES repositories (id) ON DELETE CASCADE,
    CONSTRAINT stars_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX stars_by_user ON stars (user_id, repository_id);

-- What happened: empty text where it was not to a repository, tag or manifest. `event` is what the registry calls it, so that the same is noted once.
CREATE TABLE activities (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    happened INTEGER NOT NULL,
    registry_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    repository TEXT NOT NULL,
    tag TEXT NOT NULL,
    digest TEXT NOT NULL,
    principal TEXT NOT NULL,
    address TEXT,
    agent TEXT,
    remark TEXT,
    event TEXT,
    CONSTRAINT activities_event UNIQUE (registry_id, event),
    CONSTRAINT activities_registry FOREIGN KEY (registry_id) REFERENCES registries (id) ON DELETE CASCADE
);
CREATE INDEX activities_by_moment ON activities (happened, id);
CREATE INDEX activities_by_repository ON activities (repository, id);

-- How it goes with looking at registries, as JSON, and who may do so for now.
CREATE TABLE sync_states (
    registry_id INTEGER NOT NULL PRIMARY KEY,
    state TEXT NOT NULL,
    CONSTRAINT sync_states_registry FOREIGN KEY (registry_id) REFERENCES registries (id) ON DELETE CASCADE
);
CREATE TABLE sync_turns (
    registry_id INTEGER NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    valid_until INTEGER NOT NULL,
    CONSTRAINT sync_turns_registry FOREIGN KEY (registry_id) REFERENCES registries (id) ON DELETE CASCADE
);

-- Which tags stay, as JSON.
CREATE TABLE retentions (
    namespace_id INTEGER NOT NULL PRIMARY KEY,
    policy TEXT NOT NULL,
    updated INTEGER NOT NULL,
    carried_out INTEGER,
    CONSTRAINT retentions_namespace FOREIGN KEY (namespace_id) REFERENCES namespaces (id) ON DELETE CASCADE
);

-- What is looked through, by every three characters of it in a row. Two line breaks at the end, so that the last one and two have something behind
-- them too: by what begins with them shorter parts are found.
CREATE VIRTUAL TABLE repository_search USING fts5 (
    searched, content = '', contentless_delete = 1, detail = 'none', tokenize = 'trigram case_sensitive 1'
);
CREATE VIRTUAL TABLE repository_search_terms USING fts5vocab ('repository_search', 'row');
CREATE TRIGGER repositories_inserted AFTER INSERT ON repositories BEGIN
    INSERT INTO repository_search (rowid, searched) VALUES (NEW.id, NEW.searched || char(10, 10));
END;
CREATE TRIGGER repositories_updated AFTER UPDATE OF searched ON repositories WHEN OLD.searched <> NEW.searched BEGIN
    DELETE FROM repository_search WHERE rowid = OLD.id;
    INSERT INTO repository_search (rowid, searched) VALUES (NEW.id, NEW.searched || char(10, 10));
END;
CREATE TRIGGER repositories_deleted AFTER DELETE ON repositories BEGIN
    DELETE FROM repository_search WHERE rowid = OLD.id;
END;
