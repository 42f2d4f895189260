-- CreateTable
CREATE TABLE "device_requests" (
    "hash" BYTEA NOT NULL,
    "user_code_hash" BYTEA NOT NULL,
    "client_id" TEXT,
    "scope" TEXT,
    "redirect_to" TEXT,
    "device" TEXT NOT NULL,
    "number" TEXT,
    "numbers" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "opened_by" UUID,
    "answer" TEXT,
    "polled_at" TIMESTAMPTZ(3),
    "poll_interval" SMALLINT NOT NULL DEFAULT 5,

    CONSTRAINT "device_requests_pkey" PRIMARY KEY ("hash")
);

-- CreateIndex
CREATE UNIQUE INDEX "device_requests_user_code_hash_key" ON "device_requests"("user_code_hash");

-- CreateIndex
CREATE INDEX "device_requests_expires_at_idx" ON "device_requests"("expires_at");
