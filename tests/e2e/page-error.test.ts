import { anyDevice, test as base, expect } from '../support/browser-test.ts'
import { signInOverHttp } from '../support/journey.ts'
import { expectGoodLooks } from '../support/looks.ts'
import { startOwnPostgres } from '../support/servers/own-postgres.ts'
import { startStage } from '../support/stage.ts'

const test = base.extend<object, { fragile: Awaited<ReturnType<typeof startFragile>> }>({
  fragile: [
    async ({ handoff: _ }, use) => {
      const fragile = await startFragile()
      await use(fragile)
      await fragile.close()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
})

/** A stage whose database can be taken away. */
async function startFragile() {
  const postgres = await startOwnPostgres()
  const stage = await startStage({
    database: { url: postgres.url },
    config: (partners) => partners.config({ handoff: { nonceTtl: 120 } }),
  })
  let running = stage.baton
  return {
    url: stage.baton.url,
    /** Starts Baton again, so that it knows of nobody. */
    async restart() {
      await running.stop()
      running = await stage.startAnother({ port: stage.publicPort })
    },
    loseDatabase: () => postgres.stop(),
    async findDatabase() {
      await postgres.start()
      await expect.poll(async () => (await fetch(`${stage.baton.url}/api/ready`)).status).toBe(200)
    },
    nonce: async () => (await (await stage.signedIn()).askForNonce()).nonce,
    async close() {
      await stage.close()
      await postgres.close()
    },
  }
}

test.use({ mayComplain: true })

test(
  'a page that cannot be shown says so, with its reference, and shows it once it can',
  anyDevice,
  async ({ page, fragile }) => {
    await signInOverHttp(page, fragile.url)
    await fragile.restart()
    await fragile.loseDatabase()
    const answer = await page.goto(`${fragile.url}/sessions`)
    const id = (await answer?.allHeaders())?.['x-request-id'] ?? ''
    expect([answer?.status(), id]).toEqual([503, expect.stringMatching(/./)])
    await expect(page.getByRole('heading', { name: 'This does not work right now' })).toBeVisible()
    await expect(page.getByText('Reference: ')).toHaveText(`Reference: ${id}`)
    await expectGoodLooks(page, 'the page of a problem')
    await expect(page.getByRole('link', { name: 'Try again' })).toHaveAttribute('href', '/sessions')
    await fragile.findDatabase()
    // By itself.
    await expect(page.getByRole('heading', { name: 'This session' })).toBeVisible({ timeout: 20_000 })
  },
)

test(
  'a link whose page cannot be shown leaves the address bar, and goes on in Try again',
  anyDevice,
  async ({ page, fragile }) => {
    const nonce = await fragile.nonce()
    await fragile.loseDatabase()
    await page.goto(`${fragile.url}/handoff?nonce=${nonce}`)
    await expect(page.getByRole('heading', { name: 'This does not work right now' })).toBeVisible()
    await expect(page).toHaveURL(`${fragile.url}/handoff`)
    await fragile.findDatabase()
    await page.getByRole('link', { name: 'Try again' }).click()
    await expect(page.getByRole('heading', { name: 'Continue as Demo User?' })).toBeVisible()
    await expect(page).toHaveURL(`${fragile.url}/handoff`)
  },
)

// What no request can do: a page that fails while it is rendered.
const fault = 'String.prototype.toLocaleUpperCase = () => { throw new Error("out of the blue") }'

test(
  'a page that fails while it is rendered says so in its heading and title, with its reference',
  anyDevice,
  async ({ page }) => {
    const faulty = `--import=data:text/javascript,${encodeURIComponent(fault)}`
    const stage = await startStage({ env: { NODE_OPTIONS: faulty } })
    await signInOverHttp(page, stage.baton.url)
    const answer = await page.goto(`${stage.baton.url}/sessions`)
    await expect(page.getByRole('heading', { name: 'Something went wrong here', level: 1 })).toBeVisible()
    await expect(page).toHaveTitle('Something went wrong here · Baton')
    const id = (await answer?.allHeaders())?.['x-request-id'] ?? ''
    await expect(page.getByText('Reference: ')).toHaveText(`Reference: ${id}`)
    await expect(page.getByRole('link', { name: 'Home', exact: true })).toHaveAttribute('href', '/')
    await expectGoodLooks(page, 'the page of a fault')
    await stage.close()
  },
)
