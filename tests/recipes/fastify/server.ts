import { type Caller, createResourceServer } from '@baton/resource-server'
import { requireCaller } from '@baton/resource-server/fastify'
import { fastify } from 'fastify'

const resourceServer = createResourceServer({
  batonUrl: process.env.BATON_URL ?? '',
  clientId: 'orders-api',
  clientSecret: process.env.BATON_CLIENT_SECRET,
  audience: 'https://orders.example.org',
  algorithms: ['RS256'],
  onError: (error) => process.emitWarning(error),
})

const app = fastify()
app.addHook('onClose', async () => resourceServer.close())
app.register(async (scope) => {
  scope.register(requireCaller(resourceServer))
  scope.get('/orders', async (request, reply) => {
    const { issuer, sub, sid } = request.getDecorator<Caller>('caller')
    reply.header('cache-control', 'no-store')
    return { issuer, sub, sid }
  })
})
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
