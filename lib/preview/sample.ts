import type { ActivityView } from '#lib/audit/own-views.ts'
import type { Visit } from '#lib/callers/visit.ts'
import type { Page } from '#lib/pages/page.ts'
import type { SessionsPage } from '#lib/runtime.ts'

/** A state of a page, as `/preview` shows it: one that Baton renders itself, or one of Next's at a path. */
export type Sample = { name: string } & (
  | { page: Page }
  | { path: string; visit: Visit; sessions?: SessionsPage; activity?: ActivityView }
)
