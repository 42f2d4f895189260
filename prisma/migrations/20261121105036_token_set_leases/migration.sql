-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "upstream_sid" TEXT,
ADD COLUMN     "upstream_subject" TEXT;

-- AlterTable
ALTER TABLE "token_sets" ADD COLUMN     "ended_at" TIMESTAMPTZ(3),
ADD COLUMN     "failed_at" TIMESTAMPTZ(3),
ADD COLUMN     "failures" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "fence" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "leased_until" TIMESTAMPTZ(3),
ADD COLUMN     "retry_at" TIMESTAMPTZ(3),
ADD COLUMN     "revokes" BOOLEAN NOT NULL DEFAULT true;

-- CreateTable
CREATE TABLE "logout_tokens" (
    "hash" BYTEA NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "logout_tokens_pkey" PRIMARY KEY ("hash")
);

-- CreateIndex
CREATE INDEX "logout_tokens_expires_at_idx" ON "logout_tokens"("expires_at");

-- The indexes of ends and failures are partial, which the schema cannot say: what lives is nearly all, and no plan must look for it this way.
-- CreateIndex
CREATE INDEX "sessions_ended_at_idx" ON "sessions"("ended_at") WHERE "ended_at" IS NOT NULL;

-- CreateIndex
CREATE INDEX "sessions_upstream_sid_idx" ON "sessions"("upstream_sid");

-- CreateIndex
CREATE INDEX "token_sets_failed_at_idx" ON "token_sets"("failed_at") WHERE "failed_at" IS NOT NULL;

-- CreateIndex
CREATE INDEX "token_sets_ended_at_idx" ON "token_sets"("ended_at") WHERE "ended_at" IS NOT NULL;
