import type { Addresses } from '../addresses.ts'

/** Words what the demo prints when every part of it answers; the first line stands for itself. */
export function banner({ batonUrl, identityProviderUrl, backendUrl, webUrl }: Addresses): string {
  return `
Baton is ready: ${batonUrl}

  Sign in as         demo / demo  or  bob / bob
  Identity provider  ${identityProviderUrl}
  Backend            ${backendUrl}
  Web application    ${webUrl}
  As a native app    npm run demo:phone -- --user demo --password demo
  To the web one     the same with --target demo-web

  Ctrl-C ends all of it.

`
}
