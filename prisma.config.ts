import { defineConfig } from 'prisma/config'

// `prisma generate` needs no schema engine, but the CLI downloads one first unless it knows the path of one.
// The WebAssembly engine applies migrations at start (lib/db/migrations.ts), so the binary is never needed.
if (process.argv.includes('generate')) process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  // For operators who apply migrations with the command line.
  ...(process.env.DATABASE_URL && { datasource: { url: process.env.DATABASE_URL } }),
})
