/** Renews at the demo identity provider as somebody with Baton's credentials would; gives its answer. */
export async function spendRefreshToken(issuer: string, refreshToken: string): Promise<unknown> {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('baton:demo-baton-secret')}` },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
  })
  return response.json()
}
