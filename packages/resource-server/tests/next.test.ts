import { NextRequest } from 'next/server'
import { expect, test } from 'vitest'
import type { Caller } from '../src/index.ts'
import { withCaller } from '../src/next.ts'
import { adapterContract } from './support/adapter-contract.ts'

type WithPath = { params: Promise<{ path: string }> }

adapterContract(async (resourceServer) => {
  let handled = 0
  const route = withCaller(
    resourceServer,
    async (_request: NextRequest, { params, caller }: WithPath & { caller: Caller }) => {
      handled++
      const { path } = await params
      if (path === '/fault') throw new Error('a fault of the handler')
      return Response.json({ kind: caller.kind, sub: caller.sub })
    },
  )
  return {
    call: (path, init) =>
      route(new NextRequest(`http://localhost${path}`, init), { params: Promise.resolve({ path }) }),
    stop: async () => {},
    handled: () => handled,
  }
})

test('a handler without route parameters need not mention them', async () => {
  const authenticate = async () => ({ kind: 'access_token', sub: 'person-1' }) as Caller
  const route = withCaller({ authenticate }, (_request, { caller }) => Response.json(caller.sub))
  const response = await route(new NextRequest('http://localhost/'), { params: Promise.resolve({}) })
  expect(await response.json()).toBe('person-1')
})
