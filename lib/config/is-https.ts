/** Whether Baton's public origin is https: cookies and headers of TLS apply. */
export function isHttps({ url }: { url: string }): boolean {
  return url.startsWith('https:')
}
