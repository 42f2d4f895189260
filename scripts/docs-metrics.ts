import { writeFile } from 'node:fs/promises'
import { metricDocs } from './metric-docs.ts'

// `npm run docs:metrics` writes docs/operations/metrics.md.
await writeFile('docs/operations/metrics.md', metricDocs())
