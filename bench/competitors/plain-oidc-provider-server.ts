import { createServer } from 'node:http'
import Provider from 'oidc-provider'

// The library as it comes, its records in memory: what introspection costs without sessions of anybody, a database or a seal.

const { PORT, BENCH_SECRET: secret = '' } = process.env
const provider = new Provider(`http://127.0.0.1:${PORT}`, {
  clients: [
    {
      client_id: 'bench',
      client_secret: secret,
      redirect_uris: [],
      response_types: [],
      grant_types: ['client_credentials'],
    },
  ],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
  },
  ttl: { ClientCredentials: 4 * 3600 },
})
createServer(provider.callback()).listen(Number(PORT), '127.0.0.1', 4096)
