import { Hono } from 'hono'
import { type CallerVariables, requireCaller } from '../src/hono.ts'
import { adapterContract } from './support/adapter-contract.ts'

adapterContract(async (resourceServer) => {
  let handled = 0
  const app = new Hono<{ Variables: CallerVariables }>()
  app.use('*', requireCaller(resourceServer))
  app.all('/whoami', (c) => {
    handled++
    const { kind, sub } = c.var.caller
    return c.json({ kind, sub })
  })
  app.get('/fault', () => {
    throw new Error('a fault of the handler')
  })
  app.onError((_error, c) => c.body(null, 500))
  return {
    call: async (path, init) => app.request(path, init),
    stop: async () => {},
    handled: () => handled,
  }
})
