import type { Settings } from './options.ts'

type Identity = Pick<Settings, 'clientId' | 'clientSecret'>

/**
 * Returns how this client identifies itself to Baton: `client_id` in the form, or id and secret by HTTP Basic
 * (RFC 6749, section 2.3.1).
 */
export function clientAuthentication({ clientId, clientSecret }: Identity): {
  form: Record<string, string>
  headers: Record<string, string>
} {
  if (clientSecret === undefined) return { form: { client_id: clientId }, headers: {} }
  const credentials = `${formEncoded(clientId)}:${formEncoded(clientSecret)}`
  return { form: {}, headers: { authorization: `Basic ${btoa(credentials)}` } }
}

function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1)
}
