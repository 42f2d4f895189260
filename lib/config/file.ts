import { z } from 'zod'
import { auditDays } from './audit-days.ts'
import { autoSignIn } from './auto-sign-in.ts'
import { backends } from './backends.ts'
import { branding } from './branding.ts'
import { clients } from './clients.ts'
import { handoff } from './handoff.ts'
import { languages } from './languages.ts'
import { limits } from './limits.ts'
import { messages } from './messages.ts'
import { operators } from './operators.ts'
import { providers } from './providers.ts'
import { securityContact } from './security-contact.ts'
import { sessions } from './sessions.ts'
import { tokenService } from './token-service.ts'
import { trustedIssuers } from './trusted-issuers.ts'
import { trustedProxies } from './trusted-proxies.ts'
import { webNonces } from './web-nonces.ts'

/** The configuration file. Rules between its sections are in `cross-faults.ts`. */
export const fileSchema = z.strictObject({
  $schema: z
    .string()
    .optional()
    .meta({
      description: 'Path of `baton.schema.json`, by which editors check and complete this file.',
      examples: ['./baton.schema.json'],
    }),
  providers,
  autoSignIn,
  sessions,
  trustedIssuers,
  backends,
  clients,
  handoff,
  limits,
  webNonces,
  tokenService,
  branding,
  languages,
  messages,
  auditDays,
  trustedProxies,
  operators,
  securityContact,
})

export type FileConfig = z.output<typeof fileSchema>
