// @vitest-environment happy-dom
import { act, fireEvent, waitFor, within } from '@testing-library/react'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { json as answerJson } from '../../client/tests/support/small-baton.ts'
import { type Stage, startStage } from '../../client/tests/support/stage.ts'
import { cookieStatus } from '../src/cookie-approval.ts'
import { HandOffButton, type HandOffButtonProps, type UseHandOff, useHandOff } from '../src/index.ts'
import { errorOf, onPageOf, renderAt, watching } from './support/page.tsx'
import { refuse, startSmallSite } from './support/small-site.ts'

let site: Awaited<ReturnType<typeof startSmallSite>>
let stage: Stage

beforeAll(async () => {
  ;[site, stage] = await Promise.all([startSmallSite(), startStage()])
})
onPageOf(() => site.url, { isApp: true })
afterEach(() => {
  site.asUsual()
  stage.baton.asUsual()
  site.endSessions()
})
afterAll(() => Promise.all([site.close(), stage.close()]))

const seen: UseHandOff[] = []
const now = () => seen.at(-1) as UseHandOff
const looks = () => site.calls.filter(({ address }) => address.startsWith('GET /api/nonce/status'))
/** Has the page look at once, as when somebody comes back to it. */
const comeBack = () => fireEvent.focus(window)

function HandOffs({ target = 'web', ...options }: { target?: string } & Parameters<typeof useHandOff>[1]) {
  seen.push(useHandOff(target, options))
  return null
}

/** A page on which Ada is signed in, with a hand-off. */
async function handedOver(options: Parameters<typeof useHandOff>[1] = {}) {
  await site.signIn('ada')
  const page = watching()
  const rendered = renderAt(
    <>
      <page.Watch />
      <HandOffs {...options} />
    </>,
  )
  await act(() => now().start())
  return { ...rendered, session: page.now }
}

/** The same with a button, and a browser that asks. */
async function asked(props: HandOffButtonProps = {}) {
  const tab = { location: { replace: vi.fn() }, close: vi.fn() }
  vi.spyOn(window, 'open').mockReturnValue(tab as unknown as Window)
  await site.signIn('ada')
  const rendered = renderAt(
    <HandOffButton target="web" {...props}>
      Open
    </HandOffButton>,
  )
  const page = within(rendered.container)
  const button = page.getByRole('button', { name: 'Open' })
  button.focus()
  fireEvent.click(button)
  await waitFor(() => expect(tab.location.replace).toHaveBeenCalledOnce())
  const nonce = site.ask()
  comeBack()
  const question = await waitFor(() => page.getByRole('alertdialog'))
  return { ...rendered, ...page, button, nonce, question }
}

test('a hook tells which browser asks without being looked at, and a yes is for its number', async () => {
  await handedOver()
  expect([now().asking, now().progress]).toEqual([undefined, undefined])
  const nonce = site.ask('07')
  await waitFor(() => expect(now().asking).toBeDefined(), { timeout: 10_000 })
  expect(now()).toMatchObject({
    progress: 'asking',
    asking: {
      number: '07',
      askedBy: { browser: 'Firefox', system: 'Linux', address: '192.0.2.7', sameNetwork: false },
    },
  })
  await act(() => now().answer(true))
  expect(now().asking).toBeUndefined()
  expect(nonce.status.state).toBe('approved')
  comeBack()
  await waitFor(() => expect(now().progress).toBe('approved'))
})

test('a no denies it, and nothing is answered when nothing asks', async () => {
  await handedOver()
  const before = site.callsOf('POST /api/nonce/approval').length
  await act(() => now().answer(true))
  expect(site.callsOf('POST /api/nonce/approval')).toHaveLength(before)
  const nonce = site.ask()
  comeBack()
  await waitFor(() => expect(now().asking).toBeDefined())
  await act(() => now().answer(false))
  expect([nonce.status.state, now().asking]).toEqual(['denied', undefined])
})

test('a hand-off by the client asks by the client', async () => {
  const { client } = await stage.signedIn()
  stage.baton.answerInstead('GET /api/nonce/status', (res) =>
    answerJson(res, 200, { state: 'asking', number: '42', asked_by: { same_network: true } }),
  )
  stage.baton.answerInstead('POST /api/nonce/approval', (res) => res.writeHead(204).end())
  renderAt(<HandOffs target="demo-web" approval />, { client })
  const handOff = await act(() => now().start())
  expect(stage.baton.callsOf('POST /api/nonce').at(-1)?.form.get('approval')).toBe('source')
  comeBack()
  await waitFor(() => expect(now().asking?.askedBy).toMatchObject({ sameNetwork: true }))
  await act(() => now().answer(true))
  const { form } = stage.baton.callsOf('POST /api/nonce/approval').at(-1) ?? {}
  expect(String(form)).toBe(`nonce=${handOff?.nonce}&number=42&approve=yes`)
})

test('who wants it has every hand-off approved, also one that a header proves', async () => {
  await handedOver({ binding: 'header', approval: true })
  expect(site.ask().approval).toBe('source')
  comeBack()
  await waitFor(() => expect(now().asking?.number).toBe('42'))
})

test('a hand-off that a header proves is not watched', async () => {
  const { unmount } = await handedOver({ binding: 'header' })
  const before = looks().length
  comeBack()
  unmount()
  await handedOver()
  comeBack()
  await waitFor(() => expect(now().progress).toBe('waiting'))
  // The first hand-off would have been asked about before the second one.
  expect(looks().slice(before)).toHaveLength(1)
  expect(site.ask().approval).toBeNull()
})

test('a watch ends with its component', async () => {
  const { unmount } = await handedOver()
  comeBack()
  await waitFor(() => expect(now().progress).toBe('waiting'))
  unmount()
  const [before, renders] = [looks().length, seen.length]
  site.ask()
  comeBack()
  await site.signIn('ada')
  expect([looks().length, seen.length]).toEqual([before, renders])
})

test('an answer that does not arrive leaves the question, and says why', async () => {
  await handedOver()
  site.ask()
  comeBack()
  await waitFor(() => expect(now().asking).toBeDefined())
  site.answerInstead('POST /api/nonce/approval', (res) => res.destroy())
  expect(await act(() => errorOf(now().answer(true)))).toMatchObject({ code: 'network' })
  expect(now().asking).toBeDefined()
  site.answerInstead('POST /api/nonce/approval', (res) => refuse(res, 404, 'not_found'))
  expect(await act(() => errorOf(now().answer(true)))).toMatchObject({ code: 'refused', error: 'not_found' })
})

test('a session that a look finds ended is signed out', async () => {
  const { session } = await handedOver()
  await waitFor(() => expect(session().status).toBe('signed_in'))
  site.endSessions()
  // Not by the session's own look.
  site.answerInstead('GET /api/auth/session', (res) => refuse(res, 503, 'temporarily_unavailable'))
  comeBack()
  await waitFor(() => expect(session().status).toBe('signed_out'))
})

test.each([null, {}, { number: '42' }])('a status that is none is not taken for one (%#)', async (answer) => {
  await site.signIn('ada')
  site.answerInstead('GET /api/nonce/status?nonce=n', (res) => answerJson(res, 200, answer))
  expect(await errorOf(cookieStatus('n'))).toMatchObject({ code: 'unsupported_response' })
})

test('a button asks beside itself, with the focus on no answer, and gives the focus back', async () => {
  const { question, getByRole, queryByRole, button, nonce } = await asked()
  expect(question.textContent).toContain('Firefox on Linux at 192.0.2.7, in another network, asks')
  const label = document.getElementById(question.getAttribute('aria-labelledby') ?? '')
  expect(label?.textContent).toContain('Does it show the number 42?')
  expect(document.activeElement).toBe(question)
  fireEvent.click(getByRole('button', { name: 'Yes, it shows 42' }))
  await waitFor(() => expect(queryByRole('alertdialog')).toBeNull())
  expect(nonce.status.state).toBe('approved')
  await waitFor(() => expect(document.activeElement).toBe(button))
})

test('a button takes a no, and two quick presses for one', async () => {
  const { getByRole, queryByRole, nonce } = await asked()
  const before = site.callsOf('POST /api/nonce/approval').length
  const no = getByRole('button', { name: 'No' })
  fireEvent.click(no)
  fireEvent.click(no)
  await waitFor(() => expect(queryByRole('alertdialog')).toBeNull())
  expect(nonce.status.state).toBe('denied')
  expect(site.callsOf('POST /api/nonce/approval')).toHaveLength(before + 1)
})

test('a button says that an answer did not arrive, until one does', async () => {
  const { getByRole, queryByRole } = await asked()
  site.answerInstead('POST /api/nonce/approval', (res) => res.destroy())
  fireEvent.click(getByRole('button', { name: /^Yes/ }))
  await waitFor(() => expect(getByRole('status').textContent).toContain('no answer'))
  site.asUsual()
  fireEvent.click(getByRole('button', { name: /^Yes/ }))
  await waitFor(() => expect(queryByRole('alertdialog')).toBeNull())
  expect(getByRole('status').textContent).toBe('')
})

test('the words of the question can be one’s own', async () => {
  const { question, getByRole } = await asked({
    approval: true,
    renderQuestion: ({ number }) => ({ question: <b>{number}?</b>, yes: 'Ja', no: 'Nein' }),
  })
  expect(question.innerHTML).toContain('<b>42?</b>')
  for (const name of ['Ja', 'Nein']) expect(getByRole('button', { name })).toBeDefined()
})
