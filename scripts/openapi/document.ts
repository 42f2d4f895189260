import { groups, nothing } from './catalogue.ts'
import { headers } from './headers.ts'
import { information, oauthError } from './information.ts'
import { Schemas } from './json-schema.ts'
import type { Document } from './open-api.ts'
import { operationsOf } from './operations-of.ts'
import { preflight } from './preflight.ts'
import { proofs } from './proofs.ts'
import { requireWhole } from './require-whole.ts'
import { Responses } from './responses.ts'

/**
 * The description of all that Baton answers, as OpenAPI 3.1. Throws where it is not that of the table of
 * endpoints.
 */
export function openApiDocument(): Document {
  const addresses = groups.flatMap((group) => group.addresses)
  requireWhole(addresses, nothing)
  const schemas = new Schemas()
  schemas.of(oauthError, 'output')
  const responses = new Responses(schemas)
  const kept = { schemas, responses }
  const paths = groups.flatMap(({ name, addresses }) =>
    addresses.map((address) => [address.path, operationsOf(address, name, kept)] as const),
  )
  return {
    ...information(),
    tags: groups.map(({ name, description }) => ({ name, description })),
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: proofs,
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, { description, schema, isAlways }]) => [
          name,
          { description, required: isAlways, schema: schemas.of(schema, 'input') },
        ]),
      ),
      responses: { ...responses.all(), ...preflight.responses },
      schemas: schemas.all(),
    },
  }
}
