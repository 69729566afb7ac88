-- Who reads everything and changes nothing.
ALTER TABLE users ADD COLUMN is_auditor INTEGER NOT NULL DEFAULT 0;

-- What somebody has asked for under a key, so that the same request is not done twice. The rows are removed after a day.
CREATE TABLE requests (
    actor TEXT NOT NULL,
    request_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    location TEXT NOT NULL,
    happened INTEGER NOT NULL,
    PRIMARY KEY (actor, request_key)
);
CREATE INDEX requests_by_time ON requests (happened);

-- Tokens by which programs act for users. Of the secrets only their SHA-256, in hexadecimal. A token that is limited to something goes with it.
CREATE TABLE api_tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    created INTEGER NOT NULL,
    valid_until INTEGER,
    last_used INTEGER,
    is_read_only INTEGER NOT NULL,
    registry_id INTEGER,
    namespace_id INTEGER,
    kinds TEXT NOT NULL,
    CONSTRAINT api_tokens_name UNIQUE (user_id, name),
    CONSTRAINT api_tokens_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT api_tokens_registry FOREIGN KEY (registry_id) REFERENCES registries (id) ON DELETE CASCADE,
    CONSTRAINT api_tokens_namespace FOREIGN KEY (namespace_id) REFERENCES namespaces (id) ON DELETE CASCADE
);
CREATE INDEX api_tokens_by_registry ON api_tokens (registry_id, user_id);
CREATE INDEX api_tokens_by_namespace ON api_tokens (namespace_id, user_id);
CREATE INDEX api_tokens_by_end ON api_tokens (valid_until) WHERE valid_until IS NOT NULL;
