-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "target" TEXT;

-- CreateTable
CREATE TABLE "oidc_records" (
    "model" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "owner_hash" BYTEA,
    "uid_hash" BYTEA,
    "sealed" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "consumed_at" TIMESTAMPTZ(3),

    CONSTRAINT "oidc_records_pkey" PRIMARY KEY ("model","hash")
);

-- CreateTable
CREATE TABLE "signing_keys" (
    "kid" TEXT NOT NULL,
    "alg" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "signs_from" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "signing_keys_pkey" PRIMARY KEY ("kid")
);

-- CreateIndex
CREATE INDEX "oidc_records_owner_hash_idx" ON "oidc_records"("owner_hash");

-- CreateIndex
CREATE INDEX "oidc_records_uid_hash_idx" ON "oidc_records"("uid_hash");

-- CreateIndex
CREATE INDEX "oidc_records_expires_at_idx" ON "oidc_records"("expires_at");
