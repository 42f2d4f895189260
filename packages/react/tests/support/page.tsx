import { cleanup, configure, render } from '@testing-library/react'
import { Fragment, type ReactElement, StrictMode } from 'react'
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest'
import { BatonProvider, type BatonProviderProps, useSession } from '../../src/index.ts'

// What is waited for comes when it comes; two cores can be busy.
configure({ asyncUtilTimeout: 20_000 })

type HappyDom = { setURL(url: string): void; settings: { fetch: { disableSameOriginPolicy: boolean } } }

/**
 * Makes each test of a file one of a page at this origin: it is taken down at the end, and React must not
 * have complained. The `fetch` of an app calls other origins as it likes.
 */
export function onPageOf(origin: () => string, { isApp = false } = {}): void {
  const complaints: unknown[][] = []
  beforeAll(() => {
    // React then tells of updates that no test waits for.
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })
    const { happyDOM } = window as unknown as { happyDOM: HappyDom }
    happyDOM.setURL(`${origin()}/app?a=b#c`)
    happyDOM.settings.fetch.disableSameOriginPolicy = isApp
  })
  const { error } = console
  beforeAll(() => {
    console.error = (...said: unknown[]) => {
      if (!isOfNetwork(said[0])) complaints.push(said)
    }
  })
  afterAll(() => {
    console.error = error
  })
  afterEach(() => {
    cleanup()
    vi.restoreAllMocks()
    expect(complaints.splice(0)).toEqual([])
  })
}

// As a browser's console tells of answers that are no success.
function isOfNetwork(said: unknown): boolean {
  return typeof said === 'string'
    ? /^[A-Z]+ http\S+ \d{3} /.test(said)
    : (said as Error).message === 'socket hang up'
}

/** What a component saw of the session: the newest, and each status in turn. */
export function watching() {
  const seen: ReturnType<typeof useSession>[] = []
  return {
    seen,
    statuses: () => seen.map(({ status }) => status).filter((status, at, all) => status !== all[at - 1]),
    now() {
      const newest = seen.at(-1)
      if (!newest) throw new Error('nothing was rendered')
      return newest
    },
    Watch(): null {
      seen.push(useSession())
      return null
    },
  }
}

type Provider = Omit<BatonProviderProps, 'children'>

/** Renders below a provider, with React's strict checks. */
export function renderAt(element: ReactElement, provider: Provider = {}) {
  const whole = (inner: ReactElement, given: Provider) => <BatonProvider {...given}>{inner}</BatonProvider>
  const { rerender, ...rendered } = renderIn(whole(element, provider))
  return {
    ...rendered,
    rerender: (inner: ReactElement, given = provider) => rerender(whole(inner, given)),
  }
}

/** Renders with React's strict checks, unless without them: they run each effect twice. */
export function renderIn(element: ReactElement, { isStrict = true } = {}) {
  return render(element, { wrapper: isStrict ? StrictMode : Fragment })
}

/** What a promise rejects with. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(Error)
  return error
}
