import type { Address } from './description.ts'
import type { OperationObject } from './open-api.ts'

const header = (name: string) => ({ $ref: `#/components/headers/${name}` })

/** What CORS asks before a page of another origin calls (Fetch, section 4.8). */
export const preflight = {
  operation({ path, operations }: Address): Omit<OperationObject, 'tags'> {
    const [first] = Object.values(operations)
    return {
      operationId: `${first?.id ?? path}Preflight`,
      summary: "The preflight of a configured client's page",
      security: [{}],
      responses: {
        204: { $ref: '#/components/responses/Preflight' },
        400: { $ref: '#/components/responses/NoPath' },
        405: { $ref: '#/components/responses/NoPreflight' },
        421: { $ref: '#/components/responses/421.misdirected_request' },
      },
    }
  },
  responses: {
    Preflight: {
      description: 'The page may call.',
      headers: {
        'X-Request-Id': header('requestId'),
        'Access-Control-Allow-Origin': header('allowOrigin'),
        'Access-Control-Allow-Methods': header('allowMethods'),
        'Access-Control-Allow-Headers': header('allowHeaders'),
        'Access-Control-Max-Age': header('maxAge'),
        'Access-Control-Expose-Headers': header('exposeHeaders'),
      },
    },
    NoPath: {
      description: '`invalid_request`: the path has another spelling.',
      headers: { 'X-Request-Id': header('requestId'), 'Cache-Control': header('noStore') },
      content: { 'application/json': { schema: { $ref: '#/components/schemas/OAuthError' } } },
    },
    NoPreflight: {
      description: "`method_not_allowed`: it is no preflight, or none of a configured client's page.",
      headers: {
        'X-Request-Id': header('requestId'),
        'Cache-Control': header('noStore'),
        Allow: header('allow'),
      },
      content: { 'application/json': { schema: { $ref: '#/components/schemas/OAuthError' } } },
    },
  },
}
