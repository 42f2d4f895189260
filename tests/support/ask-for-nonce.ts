export type NonceAnswer = { nonce: string; handoff_uri: string; expires_in: number }

/** Posts a form to the nonce endpoint as an app does, without a cookie, and gives the answer as it came. */
export function postNonce(
  batonUrl: string,
  form: Record<string, string>,
  headers: HeadersInit = {},
): Promise<Response> {
  return fetch(`${batonUrl}/api/nonce`, { method: 'POST', headers, body: new URLSearchParams(form) })
}

/**
 * Reads the nonce in an answer of the nonce endpoint.
 *
 * @throws {Error} with the status and the body of a refusal.
 */
export async function nonceIn(response: Response): Promise<NonceAnswer> {
  if (!response.ok) throw new Error(`no nonce: ${response.status} ${await response.text()}`)
  return response.json()
}

/** Asks for a nonce as an app does, with an ID token as proof. Throws as `nonceIn` does. */
export async function askForNonce(
  batonUrl: string,
  idToken: string,
  form: Record<string, string> = {},
): Promise<NonceAnswer> {
  return nonceIn(await postNonce(batonUrl, { token: idToken, ...form }))
}
