-- Most sessions have nothing in these columns, and nobody looks for that: such a row needs no entry.
-- DropIndex
DROP INDEX "sessions_parent_id_idx";

-- DropIndex
DROP INDEX "sessions_token_set_id_idx";

-- DropIndex
DROP INDEX "sessions_upstream_sid_idx";

-- DropIndex
DROP INDEX "sessions_web_nonce_hash_key";

-- DropIndex
DROP INDEX "sessions_subject_token_hash_key";

-- DropIndex
DROP INDEX "nonces_source_session_id_idx";

-- CreateIndex
CREATE INDEX "sessions_parent_id_idx" ON "sessions"("parent_id") WHERE "parent_id" IS NOT NULL;

-- CreateIndex
CREATE INDEX "sessions_token_set_id_idx" ON "sessions"("token_set_id") WHERE "token_set_id" IS NOT NULL;

-- CreateIndex
CREATE INDEX "sessions_upstream_sid_idx" ON "sessions"("upstream_sid") WHERE "upstream_sid" IS NOT NULL;

-- CreateIndex
CREATE UNIQUE INDEX "sessions_web_nonce_hash_key" ON "sessions"("web_nonce_hash") WHERE "web_nonce_hash" IS NOT NULL;

-- CreateIndex
CREATE UNIQUE INDEX "sessions_subject_token_hash_key" ON "sessions"("subject_token_hash") WHERE "subject_token_hash" IS NOT NULL;

-- CreateIndex
CREATE INDEX "nonces_source_session_id_idx" ON "nonces"("source_session_id") WHERE "source_session_id" IS NOT NULL;
