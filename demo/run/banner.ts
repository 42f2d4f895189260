import type { Addresses } from '../addresses.ts'
import type { LanSettings } from '../lan/settings.ts'
import { terminalQr } from '../terminal-qr.ts'

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

/** The same for a demo in the network: a phone begins with the QR code. */
export function lanBanner(
  { batonUrl, identityProviderUrl, backendUrl, webUrl }: Addresses,
  { guideUrl, fingerprint }: LanSettings,
  { isTTY }: { isTTY?: boolean },
): string {
  return `
Baton is ready: ${batonUrl}

${terminalQr(guideUrl, { colours: isTTY === true })}

  On a phone         scan the code, in the same network: ${guideUrl}
  The page says how to go past the browser's warning, or to trust the certificate. Before you trust it,
  compare its SHA-256, which phones show:
  ${fingerprint}

  Sign in as         demo / demo  or  bob / bob
  Identity provider  ${identityProviderUrl}
  Backend            ${backendUrl}
  Web application    ${webUrl}
  As a native app    npm run demo:phone -- --lan --user demo --password demo
  As a television    npm run demo:tv -- --lan

  Everybody in this network can open the demo. Press Ctrl-C to stop.

`
}
