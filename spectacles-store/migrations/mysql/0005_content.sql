-- How registries are reached, and by which secret their notifications are known: of that only its SHA-256, in hexadecimal.

ALTER TABLE registries
    ADD COLUMN is_insecure BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN ca LONGTEXT,
    ADD COLUMN login VARCHAR(32) NOT NULL DEFAULT 'token',
    ADD COLUMN username LONGTEXT,
    ADD COLUMN password LONGTEXT,
    ADD COLUMN sync_seconds BIGINT NOT NULL DEFAULT 30,
    ADD COLUMN event_secret VARCHAR(64);
