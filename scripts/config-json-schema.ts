import { z } from 'zod'
import { fileSchema } from '../lib/config/file.ts'

/** The configuration file's JSON Schema (draft 2020-12), from the zod schema that start-up checks it with. */
export function configJsonSchema(): object {
  return { title: 'Baton configuration', ...z.toJSONSchema(fileSchema, { io: 'input' }) }
}
