-- AlterTable
ALTER TABLE "nonces" ADD COLUMN     "refusals" SMALLINT NOT NULL DEFAULT 0,
ADD COLUMN     "replays" SMALLINT NOT NULL DEFAULT 0,
ADD COLUMN     "showings" SMALLINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "device" TEXT,
ADD COLUMN     "nonce_hash" BYTEA,
ADD COLUMN     "used_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- CreateTable
CREATE TABLE "audit_events" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "type" TEXT NOT NULL,
    "reason" TEXT,
    "nonce_hash" BYTEA,
    "user_id" UUID NOT NULL,
    "source_session_id" UUID,
    "source_client_id" TEXT,
    "target" TEXT,
    "session_id" UUID,
    "source_device" TEXT,
    "target_device" TEXT,

    CONSTRAINT "audit_events_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "audit_events_at_id_idx" ON "audit_events"("at", "id");

-- CreateIndex
CREATE INDEX "audit_events_user_id_id_idx" ON "audit_events"("user_id", "id");

-- CreateIndex
CREATE INDEX "audit_events_nonce_hash_idx" ON "audit_events"("nonce_hash");

-- An event stays as it was told. Scripts are cut at semicolons, so that of the function is escaped.
CREATE FUNCTION "audit_events_stay"() RETURNS trigger LANGUAGE plpgsql AS
E'BEGIN RAISE EXCEPTION ''audit events are never changed''\x3B END';

CREATE TRIGGER "audit_events_stay" BEFORE UPDATE ON "audit_events"
FOR EACH STATEMENT EXECUTE FUNCTION "audit_events_stay"();
