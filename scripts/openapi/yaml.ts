import { stringify } from 'yaml'
import type { Document } from './open-api.ts'

const mark = '# Written by `npm run docs:openapi` from scripts/openapi and lib/endpoints. Do not edit.'

/** `docs/openapi.yaml`. */
export function openApiYaml(document: Document): string {
  return `${mark}\n${stringify(document, { lineWidth: 108, aliasDuplicateObjects: false })}`
}
