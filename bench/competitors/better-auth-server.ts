import { createServer } from 'node:http'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import { oneTimeToken } from 'better-auth/plugins/one-time-token'
import { Pool } from 'pg'

// better-auth in plain node:http, with its own PostgreSQL adapter and the cookie cache that its performance
// guide recommends. No faster setup is documented that keeps the tokens in the same database.

const port = Number(process.env.PORT)

const auth = betterAuth({
  baseURL: `http://127.0.0.1:${port}`,
  secret: 'a secret of the bench that is long enough',
  database: new Pool({ connectionString: process.env.DATABASE_URL, max: 10 }),
  emailAndPassword: { enabled: true },
  session: { cookieCache: { enabled: true, maxAge: 4 * 3600 } },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { level: 'error' },
  plugins: [oneTimeToken()],
})

await (await getMigrations(auth.options)).runMigrations()
createServer(toNodeHandler(auth)).listen(port, '127.0.0.1', 4096)
