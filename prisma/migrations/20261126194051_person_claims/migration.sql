-- AlterTable
ALTER TABLE "token_sets" ADD COLUMN     "mute_refusals" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "users" ADD COLUMN     "claims" TEXT;
