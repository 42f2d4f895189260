const sessionCookie = /^(?:__Host-Http-|__Host-|__Secure-)?baton\.session(?:\.\d+)?=[^;]+/

/** Whether this `Set-Cookie` gives somebody a session. */
export function givesSession(setCookie: string): boolean {
  return sessionCookie.test(setCookie)
}

/** The cookies of a browser: by host, as browsers do, and not by port. */
export function cookieJar() {
  const hosts = new Map<string, Map<string, string>>()
  const of = ({ hostname }: URL) => {
    const there = hosts.get(hostname) ?? new Map<string, string>()
    hosts.set(hostname, there)
    return there
  }
  return {
    /** Takes a `Set-Cookie` of an answer from this address. */
    take(setCookie: string, from: URL): void {
      const [, name = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(setCookie) ?? []
      const [, expires = ''] = /;\s*expires=([^;]+)/i.exec(setCookie) ?? []
      const isOver = /;\s*max-age=(?:0|-\d+)\b/i.test(setCookie) || Date.parse(expires) < Date.now()
      if (isOver) of(from).delete(name)
      else of(from).set(name, value)
    },
    /** The `Cookie` header for this address; empty without a cookie. */
    header(to: URL): string {
      return [...of(to)].map(([name, value]) => `${name}=${value}`).join('; ')
    },
  }
}
