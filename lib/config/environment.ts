import { z } from 'zod'
import type { Secrets } from '#lib/crypto/seal.ts'
import { isSecure } from './schema.ts'

const isLong = (secret: string) => Buffer.byteLength(secret) >= 32
const newer = z.string().refine(isLong, 'it must have at least 32 bytes').optional()

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
    .transform(
      (value) =>
        (value.includes(',') ? value.split(',').map((secret) => secret.trim()) : [value]) as [
          string,
          ...string[],
        ],
    )
    .refine(
      (secrets) => secrets.every(isLong),
      'it must have at least 32 bytes; several secrets are parted by commas, and each must have them',
    ),
  AUTH_SECRET_1: newer,
  AUTH_SECRET_2: newer,
  AUTH_SECRET_3: newer,
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'give a postgresql:// URL')
    .optional(),
  BATON_DATA_DIR: z.string().min(1).default('.baton'),
  BATON_CONFIG: z.string().min(1).default('baton.config.json'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
})

export type Environment = z.output<typeof environmentSchema>

/** The secrets, the newest first: those that Auth.js numbers come before `AUTH_SECRET`, and the highest number before the others. */
export function secretsOf({
  AUTH_SECRET,
  AUTH_SECRET_1,
  AUTH_SECRET_2,
  AUTH_SECRET_3,
}: Environment): Secrets {
  const numbered = [AUTH_SECRET_3, AUTH_SECRET_2, AUTH_SECRET_1].filter((secret) => secret !== undefined)
  return [...numbered, ...AUTH_SECRET] as [string, ...string[]]
}
