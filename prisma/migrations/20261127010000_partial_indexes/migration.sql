-- Databases that were made by the first form of `…_token_set_leases` have these over all rows. What lives is nearly all, and no plan must look for it this way. A partial index is small, and quick to make once more where there is one.
-- DropIndex
DROP INDEX "sessions_ended_at_idx";

-- DropIndex
DROP INDEX "token_sets_failed_at_idx";

-- DropIndex
DROP INDEX "token_sets_ended_at_idx";

-- CreateIndex
CREATE INDEX "sessions_ended_at_idx" ON "sessions"("ended_at") WHERE "ended_at" IS NOT NULL;

-- CreateIndex
CREATE INDEX "token_sets_failed_at_idx" ON "token_sets"("failed_at") WHERE "failed_at" IS NOT NULL;

-- CreateIndex
CREATE INDEX "token_sets_ended_at_idx" ON "token_sets"("ended_at") WHERE "ended_at" IS NOT NULL;
