import { createWebApplication } from '../../demo/web-application/create-web-application.ts'
import { serversToClose } from './closing.ts'
import { freePort } from './free-port.ts'
import { listen } from './partners.ts'
import { registration } from './relying-party.ts'
import { startReactApp } from './servers/react-app.ts'
import { startStage } from './stage.ts'

export type ReactStage = Awaited<ReturnType<typeof startReactStage>>

/** A stage with an application that uses `@baton/react`, and the demo's web application as `demo-web`. */
export async function startReactStage() {
  const servers = serversToClose()
  const [port, webPort] = [await freePort(), await freePort()]
  const webUrl = `http://127.0.0.1:${webPort}`
  const { baton, partners } = await servers.add(
    startStage({
      publicPort: port,
      isBehindProxy: true,
      config: ({ backendOfBoth, config }) =>
        config({
          backends: [backendOfBoth],
          clients: [
            registration('demo-web', {
              client_secret: 'demo-web-application-secret',
              redirect_uris: [`${webUrl}/callback`],
              initiate_login_uri: `${webUrl}/`,
            }),
            {
              client_id: 'demo-phone',
              token_endpoint_auth_method: 'none',
              redirect_uris: [],
              origins: [`http://127.0.0.1:${port}`],
              handoff: { mayRequest: true, targets: ['demo-web'] },
            },
          ],
        }),
    }),
  )
  const app = await servers.add(startReactApp({ port, baton, issuer: partners.issuer }))
  await servers.add(listen(createWebApplication({ batonUrl: baton.url, webUrl }), webPort))
  return { url: baton.url, foreignUrl: app.foreignUrl, webUrl, close: servers.close }
}
