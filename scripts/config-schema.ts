import { writeFile } from 'node:fs/promises'
import { configDocs } from './config-docs.ts'
import { configJsonSchema } from './config-json-schema.ts'

// `npm run config:schema` writes baton.schema.json, which editors read, and docs/configuration.md.
await writeFile('baton.schema.json', `${JSON.stringify(configJsonSchema(), null, 2)}\n`)
await writeFile('docs/configuration.md', configDocs())
