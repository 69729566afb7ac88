-- How registries are reached, and by which secret their notifications are known: of that only its SHA-256, in hexadecimal.

ALTER TABLE registries ADD COLUMN is_insecure BIGINT NOT NULL DEFAULT 0;
ALTER TABLE registries ADD COLUMN ca TEXT;
ALTER TABLE registries ADD COLUMN login TEXT COLLATE "C" NOT NULL DEFAULT 'token';
ALTER TABLE registries ADD COLUMN username TEXT;
ALTER TABLE registries ADD COLUMN password TEXT;
ALTER TABLE registries ADD COLUMN sync_seconds BIGINT NOT NULL DEFAULT 30;
ALTER TABLE registries ADD COLUMN event_secret TEXT COLLATE "C";
