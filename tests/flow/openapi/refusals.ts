import { operations } from '../../support/openapi/description.ts'
import { ownPage, type Play } from './play.ts'

const tooLong = 'x'.repeat(64 * 1024 + 1)
// As another site's page loads a picture, with the cookie of its visitor.
const foreign = { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image', cookie: 'baton.session=x' }

/** What every address refuses, whatever it is for. */
export const refusals: Play = async ({ ask }) => {
  for (const { path, method, responses } of operations) {
    const own = path.replaceAll(/\{\w+\}/g, 'x')
    const by = { method: method.toUpperCase() }
    // No path has a fragment.
    await ask(`${own}?#`, { ...by, headers: ownPage })
    for (const accept of ['*/*', 'text/html']) {
      const headers = { accept, host: 'evil.example' }
      if ('421' in responses) await ask(own, { ...by, headers })
      await ask(own, { ...by, headers: { ...foreign, accept } })
    }
    const length = { 'content-length': String(tooLong.length) }
    if ('413' in responses) await ask(own, { ...by, headers: length, body: tooLong })
    if ('401' in responses) await ask(own, { ...by, headers: { authorization: 'Bearer x' } })
    await ask(own, { method: 'PUT' })
  }
}
