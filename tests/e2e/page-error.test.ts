import { anyDevice, test as base, expect } from '../support/browser-test.ts'
import { signInOverHttp } from '../support/journey.ts'
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
  const stage = await startStage({ database: { url: postgres.url } })
  return {
    url: stage.baton.url,
    loseDatabase: () => postgres.stop(),
    async close() {
      await stage.close()
      await postgres.close()
    },
  }
}

test.use({ mayComplain: true })

test(
  'a page that fails shows the id of its answer as its reference',
  anyDevice,
  async ({ page, fragile }) => {
    await signInOverHttp(page, fragile.url)
    await fragile.loseDatabase()
    const answer = await page.goto(`${fragile.url}/session`)
    const id = (await answer?.allHeaders())?.['x-request-id'] ?? ''
    expect(id).not.toBe('')
    await expect(page.getByRole('heading', { name: 'Something went wrong here' })).toBeVisible()
    await expect(page.getByText('Reference: ')).toHaveText(`Reference: ${id}`)
  },
)
