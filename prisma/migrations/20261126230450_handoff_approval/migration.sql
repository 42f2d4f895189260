-- AlterTable
ALTER TABLE "nonces" ADD COLUMN     "approval" TEXT,
ADD COLUMN     "approved_at" TIMESTAMPTZ(3),
ADD COLUMN     "asked_by" BYTEA,
ADD COLUMN     "asking_device" TEXT,
ADD COLUMN     "closed_as" TEXT,
ADD COLUMN     "closed_at" TIMESTAMPTZ(3),
ADD COLUMN     "number" TEXT,
ADD COLUMN     "session_id" UUID,
ADD COLUMN     "source_device" TEXT,
ADD COLUMN     "spent_by" BYTEA,
ADD COLUMN     "wrong_verifiers" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "idle_with" UUID;
