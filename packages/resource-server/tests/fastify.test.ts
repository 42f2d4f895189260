import { fastify } from 'fastify'
import { expect, test } from 'vitest'
import { requireCaller } from '../src/fastify.ts'
import type { Caller } from '../src/index.ts'
import { MissingToken } from '../src/index.ts'
import { adapterContract } from './support/adapter-contract.ts'

adapterContract(async (resourceServer) => {
  let handled = 0
  const app = fastify()
  app.register(requireCaller(resourceServer))
  app.route({
    method: ['GET', 'POST'],
    url: '/whoami',
    handler: async (request) => {
      handled++
      const { kind, sub } = request.getDecorator<Caller>('caller')
      return { kind, sub }
    },
  })
  app.get('/fault', async () => {
    throw new Error('a fault of the handler')
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    call: (path, init) => fetch(`${url}${path}`, init),
    stop: () => app.close(),
    handled: () => handled,
  }
})

const nobody = { authenticate: () => Promise.reject(new MissingToken()) }

test('routes of the scope are guarded before and after the plugin; routes outside are not', async () => {
  const app = fastify()
  app.get('/open', async () => 'open')
  app.register(async (scope) => {
    scope.get('/before', async () => 'before')
    scope.register(requireCaller(nobody))
    scope.get('/after', async () => 'after')
    scope.register(async (inner) => {
      inner.get('/inner', async () => 'inner')
    })
  })
  const status = async (url: string) => (await app.inject(url)).statusCode
  expect(await Promise.all(['/open', '/before', '/after', '/inner'].map(status))).toEqual([
    200, 401, 401, 401,
  ])
  await app.close()
})

test('the body of a refused caller is not read', async () => {
  const app = fastify()
  app.register(requireCaller(nobody))
  app.post('/', async () => 'in')
  const answer = await app.inject({
    method: 'POST',
    url: '/',
    headers: { 'content-type': 'application/json' },
    payload: '{ no json',
  })
  expect(answer.statusCode).toBe(401)
  await app.close()
})
