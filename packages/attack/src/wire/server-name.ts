import { isIP } from 'node:net'

/** The name that TLS asks for; none for an address (RFC 6066, section 3). */
export function serverNameOf({ hostname }: URL): string {
  return isIP(hostname.replace(/^\[|\]$/g, '')) ? '' : hostname
}
