import type { StartedServer } from '../measure/start-server.ts'

/** A server in front of the backend. */
export type ProxyServer = {
  name: string
  pids: readonly number[]
  /** The ports of its instances. Callers are spread over them in turn. */
  ports: readonly number[]
  /** The path before the backend's path. */
  prefix: string
  /** The headers of a caller. With sessions, callers share several of them. */
  headers(caller: number): Record<string, string>
  /** Next's own code needs a longer warm-up. */
  isNext: boolean
}

/** Returns a caller's port: round-robin over the instances. */
export function portOf({ ports }: Pick<ProxyServer, 'ports'>, caller: number): number {
  return ports[caller % ports.length] ?? 0
}

/** Describes a server of one process that knows no sessions. */
export function withoutSessions(name: string, { process, port, host }: StartedServer): ProxyServer {
  const headers = { host }
  return { name, pids: [process.pid], ports: [port], prefix: '', headers: () => headers, isNext: false }
}
