import { z } from 'zod'
import { secureAddress } from './field-types.ts'

const tokenServiceSchema = z.strictObject({
  url: secureAddress.meta({
    description: 'Address to which Baton posts the token exchange (RFC 8693).',
    examples: ['https://tokens.example.org/exchange'],
  }),
  clientId: z
    .string()
    .min(1)
    .meta({ description: "Baton's client ID at the token service.", examples: ['baton'] }),
  clientSecret: z
    .string()
    .min(1)
    .meta({
      description: "Baton's client secret at the token service, sent by `client_secret_basic`.",
      examples: [`$\{TOKENS_CLIENT_SECRET}`],
    }),
})

export type TokenService = z.output<typeof tokenServiceSchema>

export const tokenService = tokenServiceSchema.optional().meta({
  description: 'Service that exchanges web nonces for tokens of its own, behind `POST /api/token`.',
  examples: [
    {
      url: 'https://tokens.example.org/exchange',
      clientId: 'baton',
      clientSecret: `$\{TOKENS_CLIENT_SECRET}`,
    },
  ],
})
