// @vitest-environment happy-dom
import { act, fireEvent, waitFor, within } from '@testing-library/react'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { HandOffButton } from '../src/index.ts'
import { onPageOf, renderAt } from './support/page.tsx'
import { refuse, startSmallSite } from './support/small-site.ts'

let site: Awaited<ReturnType<typeof startSmallSite>>

beforeAll(async () => {
  site = await startSmallSite()
})
onPageOf(() => site.url)
afterEach(() => {
  site.asUsual()
  site.endSessions()
})
afterAll(() => site.close())

/** Keeps the tabs that the page opens; how they go on is for a browser to show. */
function keepTabs() {
  const tabs: { opener: unknown; location: { replace: (url: string) => void }; close: () => void }[] = []
  const open = vi.spyOn(window, 'open').mockImplementation(() => {
    const tab = { opener: window, location: { replace: vi.fn() }, close: vi.fn() }
    tabs.push(tab)
    return tab as unknown as Window
  })
  return { tabs, open }
}

async function signedIn(element = <HandOffButton target="web">Open</HandOffButton>) {
  await site.signIn('ada')
  const rendered = renderAt(element)
  const page = within(rendered.container)
  return { ...rendered, ...page, button: page.getByRole('button') }
}

test('a click opens a tab at once, without an opener, and leads it to the target', async () => {
  const { tabs, open } = keepTabs()
  const { button, container } = await signedIn()
  fireEvent.click(button)
  expect(open.mock.calls).toEqual([['about:blank', '_blank']])
  expect(tabs[0]?.opener).toBeNull()
  expect(button.getAttribute('aria-busy')).toBe('true')
  await waitFor(() => expect(button.getAttribute('aria-busy')).toBe('false'))
  const [[link = ''] = []] = vi.mocked(tabs[0]?.location.replace as () => void).mock.calls as string[][]
  expect(site.isBound(link)).toBe(true)
  const nonce = new URL(link).searchParams.get('nonce') ?? ''
  expect(container.innerHTML).not.toContain(nonce)
})

test('after two quick clicks the newest tab goes on, and the other closes', async () => {
  const { tabs } = keepTabs()
  const { button } = await signedIn()
  fireEvent.click(button)
  fireEvent.click(button)
  await waitFor(() => expect(tabs[1]?.location.replace).toHaveBeenCalledOnce())
  await waitFor(() => expect(tabs[0]?.close).toHaveBeenCalledOnce())
  expect(tabs[0]?.location.replace).not.toHaveBeenCalled()
  expect(tabs[1]?.close).not.toHaveBeenCalled()
})

test('what cannot be handed over closes its tab, and says so in a region that was there', async () => {
  const { tabs } = keepTabs()
  const { button, getByRole } = await signedIn()
  expect(getByRole('status').textContent).toBe('')
  site.answerInstead('POST /api/nonce', (res) => refuse(res, 403, 'unauthorized_client'))
  fireEvent.click(button)
  await waitFor(() => expect(getByRole('status').textContent).toContain('cannot be handed over'))
  expect(tabs[0]?.close).toHaveBeenCalledOnce()
  site.asUsual()
  fireEvent.click(button)
  await waitFor(() => expect(tabs[1]?.location.replace).toHaveBeenCalledOnce())
  expect(getByRole('status').textContent).toBe('')
})

test('a button that goes while its tab waits closes the tab', async () => {
  const { tabs } = keepTabs()
  const { button, unmount } = await signedIn()
  fireEvent.click(button)
  unmount()
  await waitFor(() => expect(tabs[0]?.close).toHaveBeenCalledOnce())
})

test('where the browser opens no tab, the page itself goes', async () => {
  vi.spyOn(window, 'open').mockReturnValue(null)
  const assign = vi.spyOn(window.location, 'assign').mockImplementation(() => {})
  const { button, getByRole } = await signedIn()
  fireEvent.click(button)
  await waitFor(() => expect(assign).toHaveBeenCalledOnce())
  expect(site.isBound(String(assign.mock.lastCall?.[0]))).toBe(true)
  site.answerInstead('POST /api/nonce', (res) => refuse(res, 503, 'temporarily_unavailable'))
  fireEvent.click(button)
  await waitFor(() => expect(getByRole('status').textContent).not.toBe(''))
  expect(assign).toHaveBeenCalledOnce()
})

test('it is a button like any other, with words of one’s own for errors', async () => {
  const { tabs } = keepTabs()
  const clicks: string[] = []
  const { button, getByRole, getByText } = await signedIn(
    <HandOffButton
      target="web"
      path="/inbox"
      className="wide"
      data-kind="a"
      onClick={(event) => {
        clicks.push(event.type)
        if (clicks.length === 1) event.preventDefault()
      }}
      renderError={({ code }) => <b>No: {code}</b>}
    >
      Open
    </HandOffButton>,
  )
  expect([button.className, button.dataset.kind, button.getAttribute('type')]).toEqual([
    'wide',
    'a',
    'button',
  ])
  fireEvent.click(button)
  expect([clicks, tabs]).toEqual([['click'], []])
  site.answerInstead('POST /api/nonce', (res) => refuse(res, 403, 'access_denied'))
  await act(async () => void fireEvent.click(button))
  await waitFor(() => expect(getByRole('status').innerHTML).toContain('<b>'))
  expect(getByText('No: refused').tagName).toBe('B')
})
