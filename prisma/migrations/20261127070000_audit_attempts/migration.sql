-- What people are warned of is looked for at each of their visits, and is rare among what there is. Some
-- databases have the index from an earlier form of the migration that made the table.
-- CreateIndex
CREATE INDEX IF NOT EXISTS "audit_events_attempts_idx" ON "audit_events"("user_id", "id")
WHERE "type" IN ('replayed', 'refused');
