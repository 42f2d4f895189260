import { writeFile } from 'node:fs/promises'
import { apiDocs } from './openapi/api-docs.ts'
import { openApiDocument } from './openapi/document.ts'
import { openApiYaml } from './openapi/yaml.ts'

// `npm run docs:openapi` writes docs/openapi.yaml and docs/api.md.
const document = openApiDocument()
await writeFile('docs/openapi.yaml', openApiYaml(document))
await writeFile('docs/api.md', apiDocs(document))
