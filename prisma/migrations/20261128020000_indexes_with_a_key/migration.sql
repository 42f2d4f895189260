-- Each look for a living session says `ended_at IS NULL`. So a plan that was made while the table was small
-- could read this whole index for one session. Nobody but the sweep compares `idle_due`.
-- DropIndex
DROP INDEX "sessions_idle_due_idx";

-- CreateIndex
CREATE INDEX "sessions_idle_due_idx" ON "sessions"("idle_due") WHERE "ended_at" IS NULL AND "idle_due" IS NOT NULL;

-- A nonce for an ID token looks for the app's session of the same person, who may have any number of others.
-- CreateIndex
CREATE INDEX "sessions_app_user_id_idx" ON "sessions"("user_id") WHERE "kind" = 'app';
