import { openDatabase } from '#lib/db/open.ts'

// Run as a process of its own: makes the tables of a PostgreSQL database, or an embedded one in a folder.
const [place = ''] = process.argv.slice(2)
const isUrl = place.startsWith('postgresql://')
const { close } = await openDatabase(isUrl ? { url: place, dataDir: '' } : { dataDir: place })
await close()
