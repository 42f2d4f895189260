import type { Bench } from '../bench.ts'
import { HttpConnection } from '../measure/http-connection.ts'
import { getRequest } from '../measure/request-bytes.ts'
import { WrongAnswer } from '../measure/wrong-answer.ts'
import { nextRoutesOf } from './authjs-guide.ts'
import { batonOf } from './baton.ts'
import { modAuthOpenidcOf } from './mod-auth-openidc.ts'
import { nginxOf } from './nginx.ts'
import { plainProxyOf } from './plain-proxy.ts'
import { type ProxyServer, portOf } from './proxy.ts'

/** Starts Baton and all proxies that it is compared with. */
export async function proxiesOf(bench: Bench): Promise<ProxyServer[]> {
  const [baton, [guide, bare], plain, nginx, apache] = await Promise.all([
    batonOf(bench, 'embedded'),
    nextRoutesOf(bench),
    plainProxyOf(bench),
    nginxOf(bench),
    modAuthOpenidcOf(bench),
  ])
  const installed = [apache, nginx].filter((proxy) => proxy !== undefined)
  for (const proxy of [baton, guide, ...(apache ? [apache] : [])]) await requireToken(proxy)
  return [baton, guide, bare, plain, ...installed]
}

// A proxy without the session would be measured without its main work.
async function requireToken(proxy: ProxyServer): Promise<void> {
  const connection = await HttpConnection.open(portOf(proxy, 0))
  try {
    const answer = await connection.request(getRequest(`${proxy.prefix}/authorization`, proxy.headers(0)))
    const { authorization } = JSON.parse(answer.body.toString() || '{}') as { authorization?: string }
    if (answer.status !== 200 || !authorization?.startsWith('Bearer eyJ'))
      throw new WrongAnswer(proxy.name, `${answer.status}, and the backend saw no bearer token`)
  } finally {
    connection.close()
  }
}
