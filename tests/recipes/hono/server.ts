import { createResourceServer } from '@baton/resource-server'
import { type CallerVariables, requireCaller } from '@baton/resource-server/hono'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'

const resourceServer = createResourceServer({
  batonUrl: process.env.BATON_URL ?? '',
  clientId: 'orders-api',
  clientSecret: process.env.BATON_CLIENT_SECRET,
  audience: 'https://orders.example.org',
  algorithms: ['RS256'],
  onError: (error) => process.emitWarning(error),
})

const app = new Hono<{ Variables: CallerVariables }>()
app.use('/orders/*', requireCaller(resourceServer))
app.get('/orders', (c) => {
  const { issuer, sub, sid } = c.var.caller
  return c.json({ issuer, sub, sid }, 200, { 'cache-control': 'no-store' })
})
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env.PORT) })
