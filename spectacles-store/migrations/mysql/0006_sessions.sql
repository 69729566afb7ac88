-- Where a session of the web interface was begun. What has an agent, though it be empty, is a session and no token.
ALTER TABLE api_tokens ADD COLUMN session_agent LONGTEXT;
ALTER TABLE api_tokens ADD COLUMN session_address LONGTEXT;
