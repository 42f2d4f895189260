-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "idle_until" TIMESTAMPTZ(3),
ADD COLUMN     "subject_token_hash" BYTEA,
ADD COLUMN     "web_nonce_hash" BYTEA;

-- CreateIndex
CREATE UNIQUE INDEX "sessions_web_nonce_hash_key" ON "sessions"("web_nonce_hash");

-- CreateIndex
CREATE UNIQUE INDEX "sessions_subject_token_hash_key" ON "sessions"("subject_token_hash");
