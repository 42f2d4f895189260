import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { addresses } from '../addresses.ts'
import { type Look, renderPage } from '../page.ts'

// The one page without encryption: a phone comes here first, and learns why its browser will warn.

const { batonUrl } = addresses()
const { DEMO_GUIDE_PORT: port, DEMO_TLS_AUTHORITY: authority = '' } = process.env
const certificatePath = '/baton-demo.crt'

const look: Look = {
  name: 'Baton demo',
  initial: 'B',
  accent: { light: '#1d4ed8', dark: '#93b4ff' },
  onAccent: { light: '#fff', dark: '#0b1533' },
}

const guide = `
<h1>Open the demo on this phone</h1>
<p class="lead">It runs on a computer in your network, with a certificate that the computer has made itself.
Your browser does not know it, and will warn.</p>
<p class="action"><a href="${batonUrl}/">Open the demo</a></p>
<h2>Go past the warning</h2>
<p>Good enough for a try. You are asked once for each address of the demo.</p>
<ul>
<li>Chrome: <em>Advanced</em>, then <em>Proceed</em></li>
<li>Safari: <em>Show Details</em>, then <em>visit this website</em></li>
<li>Firefox: <em>Advanced</em>, then <em>Accept the Risk and Continue</em></li>
</ul>
<h2>Or trust this computer</h2>
<p>Then nothing warns. The certificate is good for private networks alone. Compare its SHA-256 with the one in
the terminal before you trust it, and remove it when you are done.</p>
<ol>
<li><a href="${certificatePath}">Load the certificate</a></li>
<li>iPhone: <em>Settings › General › VPN &amp; Device Management</em>, install it. Then <em>General ›
About › Certificate Trust Settings</em>, switch it on</li>
<li>Android: <em>Settings › Security › Encryption &amp; credentials › Install a certificate › CA
certificate</em></li>
</ol>`

const server = createServer((request, response) => {
  if (request.url === certificatePath) {
    response.writeHead(200, {
      'content-type': 'application/x-x509-ca-cert',
      'content-disposition': 'attachment; filename="baton-demo.crt"',
    })
    return void response.end(readFileSync(authority))
  }
  const isThere = request.url === '/'
  const body = isThere ? guide : '<h1>There is no such page</h1><p><a href="/">Back</a></p>'
  const { html, headers } = renderPage(look, { title: 'Baton demo', body })
  response.writeHead(isThere ? 200 : 404, headers).end(html)
})
server.on('error', (error) => {
  process.stderr.write(`The guide cannot serve: ${error.message}\n`)
  process.exit(1)
})
server.listen(Number(port), '0.0.0.0', () => process.stdout.write(`The guide serves at port ${port}\n`))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0))
