import { z } from 'zod'
import { isSecure } from './schema.ts'

const port = z.coerce.number().int().min(1).max(65535)

/** The environment variables that Baton reads, by the names operators know. */
export const environmentSchema = z.object({
  NODE_ENV: z.string().optional(),
  BATON_URL: z
    .string('set it to the public origin, such as https://baton.example.org')
    .superRefine((value, context) => {
      const url = URL.parse(value)
      if (!url || url.origin === 'null' || url.href !== `${url.origin}/`)
        context.addIssue('give an origin alone, such as https://baton.example.org')
      else if (!isSecure(value)) context.addIssue('use https (plain http is for a loopback address alone)')
    })
    .transform((value) => URL.parse(value)?.origin ?? value),
  HOST: z.string().min(1).optional(),
  PORT: port.default(3000),
  AUTH_SECRET: z
    .string('set it to at least 32 random bytes, for example from `openssl rand -base64 48`')
    .refine((value) => Buffer.byteLength(value) >= 32, 'it must have at least 32 bytes'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'give a postgresql:// URL')
    .optional(),
  BATON_DATA_DIR: z.string().min(1).default('.baton'),
  BATON_CONFIG: z.string().min(1).default('baton.config.json'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
})

export type Environment = z.output<typeof environmentSchema>
