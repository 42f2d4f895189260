/** A server that has the backend behind it. */
export type ProxyServer = {
  name: string
  pids: readonly number[]
  /** Where its instances listen; callers are spread over them in turn. */
  ports: readonly number[]
  /** What comes before the backend's path. */
  prefix: string
  /** The headers of a caller: one of several sessions, where there are sessions. */
  headers(caller: number): Record<string, string>
  /** Next's own code needs a longer warm-up. */
  isNext: boolean
}

/** The port that a caller uses: round-robin over the instances. */
export function portOf({ ports }: Pick<ProxyServer, 'ports'>, caller: number): number {
  return ports[caller % ports.length] ?? 0
}
