type Server = { close(): unknown }

/** Keeps servers to close them together, in the reverse of the order in which they were added. */
export function serversToClose() {
  const servers: Server[] = []
  return {
    /** Adds a server, or the one that a promise will give, and returns it. */
    async add<S extends Server>(starting: S | Promise<S>): Promise<S> {
      const server = await starting
      servers.push(server)
      return server
    },
    async close(): Promise<void> {
      for (const server of servers.splice(0).reverse()) await server.close()
    },
  }
}
