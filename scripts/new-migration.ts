import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { schemaDrift } from './schema-drift.ts'

// `npm run db:migration -- NAME` writes the next migration from the changes in prisma/schema.prisma.
const name = process.argv[2]
if (!name || !/^[a-z0-9_]+$/.test(name)) {
  process.stderr.write('Give the migration a name of lower-case letters, digits and underscores.\n')
  process.exit(1)
}

const sql = await schemaDrift()
if (sql === '') {
  process.stdout.write('prisma/schema.prisma and the migrations agree: nothing to write.\n')
} else {
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  const folder = join('prisma', 'migrations', `${stamp}_${name}`)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'migration.sql'), sql)
  process.stdout.write(`Wrote ${folder}/migration.sql. Read it before you commit it.\n`)
}
