import { writeFile } from 'node:fs/promises'
import { configJsonSchema } from './config-json-schema.ts'

// `npm run config:schema` keeps baton.schema.json, which editors read, in step with the schema that start-up checks.
await writeFile('baton.schema.json', `${JSON.stringify(configJsonSchema(), null, 2)}\n`)
