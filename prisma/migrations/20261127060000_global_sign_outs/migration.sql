-- AlterTable
ALTER TABLE "users" ADD COLUMN     "signed_out_at" TIMESTAMPTZ(3);

-- Operators name people by e-mail address. Prisma's schema knows no index on an expression.
-- CreateIndex
CREATE INDEX "users_lower_email_idx" ON "users"(lower("email")) WHERE "email" IS NOT NULL;
