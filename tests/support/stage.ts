import { type Baton, startBaton } from './baton.ts'
import { emptyPostgres, query } from './databases.ts'
import { freePort } from './free-port.ts'
import { type Partners, startPartners } from './partners.ts'
import { newPerson } from './person.ts'

export type Stage = Awaited<ReturnType<typeof startStage>>

/** Baton on an empty PostgreSQL database with the demo's partners beside it; `config` makes the file's content. */
export async function startStage({
  config = (partners) => partners.config(),
  accessTokenTtl,
}: {
  config?: (partners: Partners) => object
  accessTokenTtl?: number
} = {}) {
  const port = await freePort()
  const partners = await startPartners({ batonPort: port, ...(accessTokenTtl && { accessTokenTtl }) })
  const databaseUrl = await emptyPostgres()
  const baton: Baton = await startBaton({
    config: config(partners),
    database: { url: databaseUrl },
    port,
  })
  return {
    partners,
    baton,
    databaseUrl,
    /** A browser with nobody signed in. */
    newcomer: () => newPerson(baton.url),
    /** A browser that this person has signed in with. */
    async signedIn(user: 'demo' | 'bob' = 'demo') {
      const person = newPerson(baton.url)
      await person.signIn(user)
      return person
    },
    sql: <Row extends object>(statement: string, values: unknown[] = []) =>
      query<Row>(databaseUrl, statement, values),
    async close() {
      await baton.stop()
      await partners.close()
    },
  }
}
