import type { Addresses } from '../addresses.ts'

/** Returns the text that the demo prints when all its parts answer. Its first line also makes sense alone. */
export function banner({ batonUrl, identityProviderUrl, backendUrl, webUrl }: Addresses): string {
  return `
Baton is ready: ${batonUrl}

  Sign in as         demo / demo  or  bob / bob
  Identity provider  ${identityProviderUrl}
  Backend            ${backendUrl}
  Web application    ${webUrl}
  As a native app    npm run demo:phone -- --user demo --password demo
  To the web app     the same with --target demo-web

  Press Ctrl-C to stop.

`
}
