-- By what people who have forgotten their password set a new one: of the code only its SHA-256, in hexadecimal. Each has one at most.
CREATE TABLE password_resets (
    user_id INTEGER NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL,
    created INTEGER NOT NULL,
    valid_until INTEGER NOT NULL,
    CONSTRAINT password_resets_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

-- Pictures of users, in each size: PNGs in Base64.
CREATE TABLE avatars (
    user_id INTEGER NOT NULL PRIMARY KEY,
    tag TEXT NOT NULL,
    small TEXT NOT NULL,
    medium TEXT NOT NULL,
    large TEXT NOT NULL,
    CONSTRAINT avatars_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
