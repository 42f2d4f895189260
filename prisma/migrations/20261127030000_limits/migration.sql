-- Nothing is lost that matters when a crash empties it, and its writes cost no log.
CREATE UNLOGGED TABLE "limit_counts" (
    "key" VARCHAR(255) NOT NULL,
    "points" INTEGER NOT NULL DEFAULT 0,
    "expire" BIGINT NOT NULL,

    CONSTRAINT "limit_counts_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "id_token_uses" (
    "hash" BYTEA NOT NULL,
    "uses" INTEGER NOT NULL DEFAULT 1,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "id_token_uses_pkey" PRIMARY KEY ("hash")
);

-- CreateIndex
CREATE INDEX "limit_counts_expire_idx" ON "limit_counts"("expire");

-- CreateIndex
CREATE INDEX "id_token_uses_expires_at_idx" ON "id_token_uses"("expires_at");
