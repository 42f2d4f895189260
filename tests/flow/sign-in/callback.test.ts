import { expect } from 'vitest'
import { fillInSignIn } from '../../../demo/phone/sign-in-form.ts'
import { test as base } from '../../support/test.ts'

const test = base
  // A whole sign-in, up to the last redirect: the one that Auth.js takes the address from.
  .extend('arrivalOf', ({ newcomer, baton }) => async (callbackUrl: string): Promise<string> => {
    const visitor = newcomer()
    const { csrfToken } = (await (await visitor.request('/api/auth/csrf')).json()) as { csrfToken: string }
    const body = new URLSearchParams({ csrfToken, callbackUrl })
    let answer = await visitor.request('/api/auth/signin/demo', { method: 'POST', body })
    let address = baton.url
    for (let step = 0; step < 20; step++) {
      const location = answer.headers.get('location')
      if (location) {
        const next = new URL(location, address)
        if (new URL(address).pathname === '/api/auth/callback/demo') return next.href
        address = next.href
        answer = await visitor.request(address)
      } else {
        const page = { url: new URL(address), status: answer.status, html: await answer.text() }
        const form = fillInSignIn(page, { user: 'demo', password: 'demo' })
        if (!form) throw new Error(`the sign-in ended at ${address} with ${answer.status}`)
        address = form.action.href
        answer = await visitor.request(address, { method: 'POST', body: form.fields })
      }
    }
    throw new Error('the sign-in did not end')
  })

test.for([
  ['https://evil.example/', '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['http://localhost.evil.example', '/'],
  ['http://user@evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['/sessions', '/sessions'],
  ['/inbox?unread=1', '/inbox?unread=1'],
] as const)(
  'callbackUrl %j brings one to %j of this origin',
  async ([callbackUrl, path], { baton, arrivalOf }) => {
    const { url } = baton
    expect(await arrivalOf(callbackUrl)).toBe(new URL(path, url).href)
  },
)

test.for(['https://evil.example/', '//evil.example'])(
  'the sign-in page does not carry %j on',
  async (callbackUrl, { newcomer }) => {
    const page = await newcomer().request(`/sign-in?${new URLSearchParams({ callbackUrl })}`)
    expect(page.status).toBe(200)
    expect(await page.text()).not.toMatch(/(href|action)="[^"]*evil\.example/)
  },
)
