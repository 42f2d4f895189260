/**
 * Returns a client's `Authorization` header: id and secret, form-urlencoded, then Basic (RFC 6749, section
 * 2.3.1).
 */
export function basicAuth(clientId: string, clientSecret: string): string {
  return `Basic ${Buffer.from(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`).toString('base64')}`
}

function formEncoded(value: string): string {
  return new URLSearchParams([['', value]]).toString().slice(1)
}
