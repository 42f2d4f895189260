// Pins the key of one server on both systems: `docs/apps.md`, "Pin the server's key".
const { mkdirSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')
const { withAndroidManifest, withDangerousMod, withInfoPlist } = require('expo/config-plugins')

/** `pins` are the key of the server, and the key that takes its place; `expiration` counts on Android. */
module.exports = function withPins(config, { domain, pins, expiration }) {
  return withIosPins(withAndroidPins(config, androidFile({ domain, pins, expiration })), { domain, pins })
}

function withIosPins(config, { domain, pins }) {
  return withInfoPlist(config, ({ modResults, ...rest }) => {
    const identities = pins.map((pin) => ({ 'SPKI-SHA256-BASE64': pin }))
    const security = modResults.NSAppTransportSecurity ?? {}
    const pinned = { ...security.NSPinnedDomains, [domain]: { NSPinnedLeafIdentities: identities } }
    modResults.NSAppTransportSecurity = { ...security, NSPinnedDomains: pinned }
    return { modResults, ...rest }
  })
}

function withAndroidPins(config, file) {
  const named = withAndroidManifest(config, (all) => {
    const [application] = all.modResults.manifest.application
    application.$['android:networkSecurityConfig'] = '@xml/network_security_config'
    return all
  })
  return withDangerousMod(named, [
    'android',
    (all) => {
      const folder = join(all.modRequest.platformProjectRoot, 'app/src/main/res/xml')
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'network_security_config.xml'), file)
      return all
    },
  ])
}

function androidFile({ domain, pins, expiration }) {
  const lines = pins.map((pin) => `      <pin digest="SHA-256">${pin}</pin>\n`)
  return `<network-security-config>
  <!-- The file decides in place of the debug build, which loads its bundle from here. -->
  <domain-config cleartextTrafficPermitted="true">
    <domain>localhost</domain>
    <domain>10.0.2.2</domain>
  </domain-config>
  <domain-config cleartextTrafficPermitted="false">
    <domain includeSubdomains="false">${domain}</domain>
    <pin-set expiration="${expiration}">
${lines.join('')}    </pin-set>
  </domain-config>
</network-security-config>
`
}
