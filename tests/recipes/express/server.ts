import { createResourceServer } from '@baton/resource-server'
import { requireCaller } from '@baton/resource-server/express'
import express from 'express'

const audience = 'https://orders.example.org'

const resourceServer = createResourceServer({
  batonUrl: process.env.BATON_URL ?? '',
  clientId: 'orders-api',
  clientSecret: process.env.BATON_CLIENT_SECRET,
  audience,
  algorithms: ['RS256'],
  issuers: [{ issuer: process.env.PROVIDER_ISSUER ?? '', audience, algorithms: ['RS256'] }],
  onError: (error) => process.emitWarning(error),
})

const app = express()
app.use('/orders', requireCaller(resourceServer))
app.get('/orders', (request, response) => {
  const { issuer, sub, sid } = request.caller ?? {}
  response.set('Cache-Control', 'no-store').json({ issuer, sub, sid })
})
app.listen(Number(process.env.PORT), '127.0.0.1')
