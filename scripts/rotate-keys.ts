import { loadConfig } from '#lib/config/load.ts'
import { openDatabase } from '#lib/db/open.ts'
import { rotateSigningKeys } from '#lib/oidc/signing-keys.ts'

const config = await loadConfig()
const { db, close } = await openDatabase(config.database)
const kids = await rotateSigningKeys({ db, config })
await close()
process.stdout.write(
  `New signing keys: ${kids.join(', ')}. They are published within a minute and sign in a quarter of an ` +
    'hour; the old ones stay published for 30 days after that.\n',
)
