import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright/test'
import { describe, expect, test } from 'vitest'

type Guarded = {
  name: string
  clientId: string
  own: string
  /** Whether a server of its own answers, with a status. */
  server: boolean
  newPage(): Promise<Page>
  handOffUri(): Promise<URL>
  signInHere(page: Page): Promise<void>
  isSignedInAs(page: Page, person: string): Promise<unknown>
}

/** What every example keeps when a sign-in comes to nothing, and when another site sends people there. */
export function exampleGuards({
  name,
  clientId,
  own,
  server,
  newPage,
  handOffUri,
  signInHere,
  isSignedInAs,
}: Guarded) {
  const notSignedIn = (page: Page) => page.getByRole('heading', { name: 'You were not signed in' }).waitFor()

  /** What the server answers to the navigations to pages of the example, in order. */
  function statusesAt(page: Page): number[] {
    const statuses: number[] = []
    page.on('response', (response) => {
      const isPage = response.request().isNavigationRequest() && response.url().startsWith(own)
      if (isPage) statuses.push(response.status())
    })
    return statuses
  }

  describe('a sign-in that comes to nothing ends on a page that offers another', () => {
    test('when it is cancelled at Baton', async () => {
      const page = await newPage()
      const statuses = statusesAt(page)
      await page.goto((await handOffUri()).href)
      await page.getByRole('button', { name: 'Cancel' }).click()
      await notSignedIn(page)
      expect(new URL(page.url()).origin).toBe(own)
      expect(statuses.at(-1)).toBe(server ? 401 : 200)
      await signInHere(page)
      await isSignedInAs(page, 'Demo User')
    })

    test("when Baton's answer is loaded a second time", async () => {
      const callback = await callbackOf(clientId)
      const page = await newPage()
      let answer = ''
      page.on('request', (request) => {
        if (request.url().startsWith(`${callback}?code=`)) answer = request.url()
      })
      await page.goto(own)
      await signInHere(page)
      await isSignedInAs(page, 'Demo User')
      // Where somebody is signed in already, the library may go on with that.
      await page.goto(answer)
      await page.getByRole('heading', { name: /^(You were not signed in|Signed in as Demo User)$/ }).waitFor()
      expect(new URL(page.url()).origin).toBe(own)

      const other = await newPage()
      const statuses = statusesAt(other)
      await other.goto(answer)
      await notSignedIn(other)
      expect(new URL(other.url()).origin).toBe(own)
      expect(statuses.at(-1)).toBe(server ? 401 : 200)
      await other.getByRole('link', { name: 'Sign in with Baton' }).waitFor()
    })
  })

  test('two sign-ins have two values of state', async () => {
    const stateOf = async () => {
      const page = await newPage()
      const isAuthorization = (url: string) =>
        url.includes('/oidc/') && new URL(url).searchParams.has('state')
      const asked = page.waitForRequest((request) => isAuthorization(request.url()))
      await page.goto(`${own}/signin`)
      return new URL((await asked).url()).searchParams.get('state')
    }
    expect(await stateOf()).not.toBe(await stateOf())
  })

  test('nothing of a query comes back as markup', async () => {
    const markup = '<img src="/markup" alt="">'
    const query = new URLSearchParams(
      ['error', 'error_description', 'state', 'code', 'iss', 'nonce'].map((name) => [name, markup]),
    )
    const page = await newPage()
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    const places = ['/', '/signin/failed', '/api/auth/error']
    for (const place of [...places.map((path) => own + path), await callbackOf(clientId)]) {
      await page.goto(`${place}?${query}`)
      await page.getByRole('link', { name: 'Sign in with Baton' }).waitFor()
      expect(await page.locator('img').count(), place).toBe(0)
    }
    expect(asked).not.toContain(`${own}/markup`)
  })

  if (server)
    test('`npm start` reads nothing of the demo', async () => {
      const { scripts } = JSON.parse(await readFile(`examples/${name}/package.json`, 'utf8'))
      expect(scripts.demo).toContain('.env.demo')
      expect(scripts.start).toMatch(/^(node|next) /)
      expect(scripts.start).not.toContain('demo')
    })

  if (!server)
    test('a person whose access token has expired is not shown as signed in', async () => {
      const page = await newPage()
      await page.goto(own)
      await signInHere(page)
      await isSignedInAs(page, 'Demo User')
      await page.clock.setSystemTime(Date.now() + 24 * 60 * 60 * 1000)
      await page.reload()
      await page.getByRole('heading', { name: 'Nobody is signed in' }).waitFor()
    })

  if (server)
    test.each(['cross-site', 'same-site'])(
      'no page of another origin (%s) signs people out',
      async (site) => {
        // Without the cookies, which are SameSite=Lax: an answer that sets them would do.
        const headers = { 'sec-fetch-site': site }
        const answer = await fetch(`${own}/signout`, { method: 'POST', headers, redirect: 'manual' })
        expect(answer.status).toBe(403)
        expect(answer.headers.getSetCookie()).toEqual([])
      },
    )
}

/** The redirect URI that the demo knows of a client. */
async function callbackOf(clientId: string): Promise<string> {
  const { clients } = JSON.parse(await readFile('examples/baton.config.json', 'utf8')) as {
    clients: { client_id: string; redirect_uris: string[] }[]
  }
  const callback = clients.find(({ client_id }) => client_id === clientId)?.redirect_uris[0]
  if (callback === undefined) throw new Error(`the demo knows no redirect URI of ${clientId}`)
  return callback
}
