import { writeFile } from 'node:fs/promises'
import { eventDocs } from './event-docs.ts'

// `npm run docs:events` writes docs/operations/events.md.
await writeFile('docs/operations/events.md', eventDocs())
