-- CreateTable
CREATE TABLE "leases" (
    "name" TEXT NOT NULL,
    "holder" UUID NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "leases_pkey" PRIMARY KEY ("name")
);

-- Sessions of before have no check of their own, so they are due at their idle end. The default is for new ones alone.
-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "idle_check_at" TIMESTAMPTZ(3),
ADD COLUMN     "idle_due" TIMESTAMPTZ(3) GENERATED ALWAYS AS (CASE WHEN "idle_until" IS NOT NULL THEN least("idle_check_at", "idle_until") END) STORED,
ALTER COLUMN "idle_check_at" SET DEFAULT CURRENT_TIMESTAMP;

-- CreateIndex
CREATE INDEX "sessions_idle_due_idx" ON "sessions"("idle_due") WHERE "ended_at" IS NULL;

-- These are read in pages. Thousands of rows may have the same time, so the id tells where a page ends.
-- DropIndex
DROP INDEX "sessions_ended_at_idx";

-- DropIndex
DROP INDEX "sessions_expires_at_idx";

-- DropIndex
DROP INDEX "token_sets_failed_at_idx";

-- CreateIndex
CREATE INDEX "sessions_ended_at_idx" ON "sessions"("ended_at", "id") WHERE "ended_at" IS NOT NULL;

-- CreateIndex
CREATE INDEX "sessions_expires_at_idx" ON "sessions"("expires_at", "id");

-- CreateIndex
CREATE INDEX "token_sets_failed_at_idx" ON "token_sets"("failed_at", "id") WHERE "failed_at" IS NOT NULL;
