import { writeFile } from 'node:fs/promises'
import { spanDocs } from './span-docs.ts'

// `npm run docs:traces` writes docs/operations/traces.md.
await writeFile('docs/operations/traces.md', spanDocs())
