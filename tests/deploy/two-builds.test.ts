import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { httpCall } from '../support/clients/http-call.ts'
import { type Form, formsIn } from '../support/forms.ts'
import { freePort } from '../support/free-port.ts'
import { otherBuild } from '../support/other-build.ts'
import type { Person } from '../support/person.ts'
import { startFakeProvider } from '../support/servers/fake-provider.ts'
import { startRoundRobin } from '../support/servers/round-robin.ts'
import { comeBack, visit } from '../support/sign-in-at.ts'
import type { Setup } from '../support/stage.ts'
import { test as base, perFile } from '../support/test.ts'

/** Time for a build, where none is there yet. */
const timeout = 240_000

/** Tests with two builds of one commit behind one address, on one database. */
const test = base
  .extend('publicPort', perFile, () => freePort())
  .extend('provider', perFile, ({ closing }) => closing(startFakeProvider()))
  .extend('setup', perFile, ({ publicPort, provider: { issuer } }): Setup => {
    const client = { clientId: 'baton', clientSecret: 'secret of baton' }
    return {
      publicPort,
      isBehindProxy: true,
      config: () => ({ providers: [{ id: 'login', type: 'oidc', issuer, ...client }] }),
    }
  })
  .extend('builds', perFile, async ({ baton, startAnother }) => {
    const folder = await otherBuild()
    const another = await startAnother({ folder })
    expect(idOf(folder)).not.toBe(idOf('.'))
    return [baton.address, another.address] as const
  })
  .extend('balancer', perFile, ({ publicPort, builds, closing }) =>
    closing(startRoundRobin(publicPort, builds)),
  )
  /** Presses the button of a page's form; gives where it leads. */
  .extend('press', perFile, ({ baton }) => async (person: Person, { action, fields }: Form) => {
    const answer = await person.ownPage(action, { method: 'POST', body: fields })
    expect(answer.status).toBe(303)
    return new URL(answer.headers.get('location') ?? '', baton.url)
  })
  /** Signs in by a form, which came with a page; gives where it ends. */
  .extend('signIn', perFile, ({ press, provider }) => async (person: Person, form: Form) => {
    const end = await comeBack(person, await visit(provider, await press(person, form)))
    expect(await person.session()).not.toBeNull()
    return end.pathname
  })

const idOf = (folder: string) => readFileSync(`${folder}/.next/BUILD_ID`, 'utf8')

const isSignIn = ({ action }: Form) => action === '/sign-in'
const isHere = ({ action, fields }: Form) => action === '/sign-out' && !fields.has('everywhere')
const isEverywhere = ({ fields }: Form) => fields.has('everywhere')
const isAtProvider = ({ action }: Form) => action === '/sign-out/provider'

/** The one form of a page that is meant. */
async function formOf(person: Person, path: string, isMeant: (form: Form) => boolean): Promise<Form> {
  const [form, ...more] = formsIn(await (await person.request(path)).text()).filter(isMeant)
  if (!form || more.length > 0) throw new Error(`${path} has no such form, or several`)
  return form
}

const orders = [
  ['the one', [0, 1]],
  ['the other', [1, 0]],
] as const

test.for(orders)(
  'behind a round robin of two builds a person signs in and out by the forms of the pages, from %s on',
  { timeout },
  async ([, order], { builds, balancer, newcomer, signIn, press }) => {
    const person = newcomer()
    // One of them makes the page, and the other one answers its form.
    const restart = () => balancer.send(...order.map((index) => builds[index] as string))
    restart()
    const form = await formOf(person, '/sign-in?callbackUrl=/sessions', isSignIn)
    expect(await signIn(person, form)).toBe('/sessions')
    restart()
    expect((await press(person, await formOf(person, '/', isHere))).pathname).toBe('/sign-out')
    expect(await person.session()).toBeNull()
  },
)

test.for([
  ['"Sign out"', '/', isHere],
  ['"Sign out everywhere"', '/sign-out', isEverywhere],
  ['"Sign out here and at the provider"', '/sign-out', isAtProvider],
] as const)(
  '%s on a page that was opened before an upgrade signs the person out after it',
  { timeout },
  async ([, path, isMeant], { builds: [before, after], balancer, newcomer, signIn, press, sql }) => {
    balancer.send(before)
    const person = newcomer()
    await signIn(person, await formOf(person, '/sign-in', isSignIn))
    const { sid } = (await person.session()) as { sid: string }
    const form = await formOf(person, path, isMeant)
    balancer.send(after)
    await press(person, form)
    expect(await person.session()).toBeNull()
    expect(await sql('SELECT id FROM sessions WHERE id = $1 AND ended_at IS NULL', [sid])).toEqual([])
  },
)

test('a sign-in page that was opened before an upgrade signs the person in after it', { timeout }, async ({
  builds: [before, after],
  balancer,
  newcomer,
  signIn,
}) => {
  balancer.send(before)
  const person = newcomer()
  const form = await formOf(person, '/sign-in', isSignIn)
  balancer.send(after)
  expect(await signIn(person, form)).toBe('/')
})

test('scripts and styles of a page of one build are there at the other, and nothing else is', {
  timeout,
}, async ({ builds, host, sql }) => {
  const ids = [idOf('.'), idOf(await otherBuild())]
  for (const [id, from, to] of [
    [ids[0], builds[0], builds[1]],
    [ids[1], builds[1], builds[0]],
  ] as [string, string, string][]) {
    const page = await (await httpCall(from, '/', { headers: { host } })).text
    const files = new Set(
      [...page.matchAll(/"(\/_next\/static\/[^"?]+\.(?:js|css))/g)].map(([, file = '']) => file),
    )
    expect(files.size).toBeGreaterThan(3)
    // Whatever else is the same in both, this file is not.
    files.add(`/_next/static/${id}/_buildManifest.js`)
    for (const file of files) {
      const ask = (address: string, method = 'GET') => httpCall(address, file, { method, headers: { host } })
      const [own, other, head] = await Promise.all([ask(from), ask(to), ask(to, 'HEAD')])
      expect([own.status, other.status, head.status]).toEqual([200, 200, 200])
      expect(other.body.equals(own.body)).toBe(true)
      expect(other.headers['content-type']).toBe(own.headers['content-type'])
      expect(other.headers['cache-control']).toBe(own.headers['cache-control'])
      expect(head.headers['content-length']).toBe(String(own.body.length))
    }
    const missing = await httpCall(to, '/_next/static/chunks/nothing.js', { headers: { host } })
    expect(missing.status).toBe(404)
  }
  // Who may write to the database alone, must not write scripts of Baton's.
  await sql(`INSERT INTO static_files (path, sealed)
    SELECT '/_next/static/chunks/forged.js', sealed FROM static_files WHERE path LIKE '%.js' LIMIT 1`)
  for (const build of builds)
    expect((await httpCall(build, '/_next/static/chunks/forged.js', { headers: { host } })).status).toBe(404)
})
