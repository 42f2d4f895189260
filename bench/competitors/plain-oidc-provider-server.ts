import { createServer } from 'node:http'
import Provider from 'oidc-provider'

// The library with its default storage in memory: the cost of introspection without people's sessions, a
// database or encryption.

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
