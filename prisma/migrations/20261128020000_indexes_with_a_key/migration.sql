-- Each look for a living session says `ended_at IS NULL`. So a plan that was made while the table was small
-- could read this whole index for one session. Nobody but the sweep compares `idle_due`.
-- Each statement can run again, as a start that is killed meanwhile leaves some of them done.
CREATE INDEX IF NOT EXISTS "sessions_idle_due_new_idx" ON "sessions"("idle_due") WHERE "ended_at" IS NULL AND "idle_due" IS NOT NULL;

DROP INDEX IF EXISTS "sessions_idle_due_idx";

ALTER INDEX "sessions_idle_due_new_idx" RENAME TO "sessions_idle_due_idx";

-- A nonce for an ID token looks for the app's session of the same person, who may have any number of others.
CREATE INDEX IF NOT EXISTS "sessions_app_user_id_idx" ON "sessions"("user_id") WHERE "kind" = 'app';
