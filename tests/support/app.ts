/** Asks for a nonce as an app does: with an ID token and no cookie. */
export function postNonce(
  batonUrl: string,
  form: Record<string, string>,
  headers: HeadersInit = {},
): Promise<Response> {
  return fetch(`${batonUrl}/api/nonce`, { method: 'POST', headers, body: new URLSearchParams(form) })
}

/** The nonce that an app gets for this ID token. */
export async function nonceFor(
  batonUrl: string,
  idToken: string,
  form: Record<string, string> = {},
): Promise<string> {
  const response = await postNonce(batonUrl, { token: idToken, ...form })
  if (!response.ok) throw new Error(`no nonce: ${response.status} ${await response.text()}`)
  return ((await response.json()) as { nonce: string }).nonce
}
