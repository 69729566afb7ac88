-- Who reads everything and changes nothing.
ALTER TABLE users ADD COLUMN is_auditor BIGINT NOT NULL DEFAULT 0;

-- What somebody has asked for under a key, so that the same request is not done twice. The rows are removed after a day.
CREATE TABLE requests (
    actor VARCHAR(255) NOT NULL,
    request_key VARCHAR(255) NOT NULL,
    fingerprint VARCHAR(64) NOT NULL,
    location LONGTEXT NOT NULL,
    happened BIGINT NOT NULL,
    PRIMARY KEY (actor, request_key)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
CREATE INDEX requests_by_time ON requests (happened);

-- Tokens by which programs act for users. Of the secrets only their SHA-256, in hexadecimal. A token that is limited to something goes with it.
CREATE TABLE api_tokens (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id BIGINT NOT NULL,
    name VARCHAR(255) NOT NULL,
    hash VARCHAR(64) NOT NULL,
    created BIGINT NOT NULL,
    valid_until BIGINT,
    last_used BIGINT,
    is_read_only BIGINT NOT NULL,
    registry_id BIGINT,
    namespace_id BIGINT,
    kinds LONGTEXT NOT NULL,
    CONSTRAINT api_tokens_name UNIQUE (user_id, name),
    CONSTRAINT api_tokens_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT api_tokens_registry FOREIGN KEY (registry_id) REFERENCES registries (id) ON DELETE CASCADE,
    CONSTRAINT api_tokens_namespace FOREIGN KEY (namespace_id) REFERENCES namespaces (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
CREATE INDEX api_tokens_by_registry ON api_tokens (registry_id, user_id);
CREATE INDEX api_tokens_by_namespace ON api_tokens (namespace_id, user_id);
CREATE INDEX api_tokens_by_end ON api_tokens (valid_until);
