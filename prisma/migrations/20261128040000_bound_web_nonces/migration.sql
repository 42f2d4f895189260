-- Each statement can run again, as a start that is killed meanwhile leaves some of them done.
-- AlterTable
ALTER TABLE "sessions" ADD COLUMN IF NOT EXISTS "dpop_jkt" TEXT;

-- CreateTable
CREATE TABLE IF NOT EXISTS "used_proofs" (
    "hash" BYTEA NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "used_proofs_pkey" PRIMARY KEY ("hash")
);

-- CreateIndex
CREATE INDEX IF NOT EXISTS "used_proofs_expires_at_idx" ON "used_proofs"("expires_at");
