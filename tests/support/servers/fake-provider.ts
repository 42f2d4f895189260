import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import type { JWTPayload } from 'jose'
import { freePort } from '../free-port.ts'
import { newKey } from '../issuer.ts'
import { listen } from '../partners.ts'
import { authorization } from './fake-provider/authorization.ts'
import { type Asked, answered, endpointUrl, type Fake, issuerOf, type Reply } from './fake-provider/fake.ts'
import { endpointNames, type Habits, standardHabits } from './fake-provider/habits.ts'
import { isMetadata, jwks, metadata } from './fake-provider/metadata.ts'
import { endSession, revocation, userinfo } from './fake-provider/other-endpoints.ts'
import { newIdToken, token } from './fake-provider/tokens.ts'

export type FakeProvider = Awaited<ReturnType<typeof startFakeProvider>>

/** Made once for all fakes of a worker: RSA keys take their time. */
let keys: Promise<Fake['keys']> | undefined

/**
 * Starts a provider that lets one person in, and has the habits that a test gives it, but for what is
 * standard. `origin` is the one that it calls its own, where that is not the address that it listens at.
 */
export async function startFakeProvider({ origin, ...own }: Partial<Habits> & { origin?: string } = {}) {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const asked: Asked[] = []
  const fake: Fake = {
    habits: { ...standardHabits, ...own },
    origin: origin ?? url,
    keys: await keysOfAll(),
    codes: new Map(),
    refreshTokens: new Map(),
    accessTokens: new Map(),
    idTokens: [],
    assertions: new Set(),
    hasConsented: false,
  }
  const answer = async (request: Asked): Promise<Reply> => {
    asked.push(request)
    return answerOf(request, fake)
  }
  const serve = () =>
    listen(async (req, res) => {
      const { status, headers, body, breaks } = await answer(await read(req, fake))
      if (breaks) req.socket.destroy()
      else res.writeHead(status, headers).end(body)
    }, port)
  let server: Awaited<ReturnType<typeof serve>> | undefined = await serve()

  return {
    /** Where it listens. */
    url,
    get issuer() {
      return issuerOf(fake)
    },
    /** Where browsers sign out. */
    endSessionUrl: endpointUrl(fake, 'endSession'),
    /** Every host that it calls its own. */
    hosts: [fake.origin, ...endpointNames.map((name) => endpointUrl(fake, name))].map(
      (address) => new URL(address).host,
    ),
    /** Every token and code that it has given, as it went over the wire. */
    secrets: () => [
      ...[fake.codes, fake.accessTokens, fake.refreshTokens].flatMap((given) => [...given.keys()]),
      ...fake.idTokens,
    ],
    /** What an access token came of, and whether that grant is over: revoked, or reused. */
    issued(accessToken: string) {
      const known = fake.accessTokens.get(accessToken)
      return known && { by: known.by, isOver: known.grant.isOver }
    },
    /** Has these habits from now on. */
    change: (habits: Partial<Habits>) => void Object.assign(fake.habits, habits),
    /** Goes back to the habits that it was started with. */
    reset: () => void Object.assign(fake.habits, standardHabits, own),
    /** What one of its endpoints was asked so far. */
    asked: (endpoint: Asked['endpoint']) => asked.filter((request) => request.endpoint === endpoint),
    /** An ID token of its person, but for what is given. */
    idToken: (claims: JWTPayload) => newIdToken(undefined, fake, claims),
    /** What a browser that goes to this address of the provider's is answered. */
    visit: (address: URL) => fetch(new URL(address.pathname + address.search, url), { redirect: 'manual' }),
    /** Refuses every connection, until it comes back. */
    async goDown() {
      const running = server
      server = undefined
      await running?.close()
    },
    async comeBack() {
      server ??= await serve()
    },
    close: () => server?.close(),
  }
}

function keysOfAll(): Promise<Fake['keys']> {
  keys ??= newKeys()
  return keys
}

async function newKeys(): Promise<Fake['keys']> {
  const [RS256, ES256] = await Promise.all([newKey('RS256'), newKey('ES256')])
  return { RS256, ES256 }
}

async function read(req: IncomingMessage, fake: Fake): Promise<Asked> {
  const url = new URL(req.url ?? '/', fake.origin)
  return {
    endpoint: endpointAt(url.pathname, fake),
    method: req.method ?? 'GET',
    url,
    headers: req.headers,
    form: Object.fromEntries(new URLSearchParams(await text(req))),
  }
}

function endpointAt(pathname: string, fake: Fake): Asked['endpoint'] {
  if (isMetadata(pathname, fake)) return 'metadata'
  return endpointNames.find((name) => new URL(endpointUrl(fake, name)).pathname === pathname) ?? 'documents'
}

function answerOf(request: Asked, fake: Fake): Reply | Promise<Reply> {
  switch (request.endpoint) {
    case 'metadata':
      return metadata(request.url.pathname, fake)
    case 'authorization':
      return authorization(request, fake)
    case 'token':
      return token(request, fake)
    case 'userinfo':
      return userinfo(request, fake)
    case 'jwks':
      return jwks(fake)
    case 'revocation':
      return revocation(request, fake)
    case 'endSession':
      return endSession(request)
    case 'documents': {
      const document = fake.habits.documents[request.url.pathname]
      return answered({ status: document ? 200 : 404, members: {} }, document)
    }
  }
}
