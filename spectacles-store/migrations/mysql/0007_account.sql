-- By what people who have forgotten their password set a new one: of the code only its SHA-256, in hexadecimal. Each has one at most.
CREATE TABLE password_resets (
    user_id BIGINT NOT NULL PRIMARY KEY,
    hash VARCHAR(64) NOT NULL,
    created BIGINT NOT NULL,
    valid_until BIGINT NOT NULL,
    CONSTRAINT password_resets_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;

-- Pictures of users, in each size: PNGs in Base64.
CREATE TABLE avatars (
    user_id BIGINT NOT NULL PRIMARY KEY,
    tag LONGTEXT NOT NULL,
    small LONGTEXT NOT NULL,
    medium LONGTEXT NOT NULL,
    large LONGTEXT NOT NULL,
    CONSTRAINT avatars_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
