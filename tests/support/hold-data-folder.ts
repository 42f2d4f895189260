import { openDatabase } from '#lib/db/open.ts'

// Run as a process of its own: holds the embedded database in a folder until it is killed.
const [dataDir = ''] = process.argv.slice(2)
await openDatabase({ dataDir })
process.stdout.write('open\n')
setInterval(() => {}, 60_000)
