import { openDatabase } from '#lib/db/open.ts'

// Run as a process of its own: makes an embedded database with its tables in a folder.
const [dataDir = ''] = process.argv.slice(2)
const { close } = await openDatabase({ dataDir })
await close()
