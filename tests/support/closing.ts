type Server = { close(): unknown }

/** Keeps servers to close them together, in the reverse of the order in which they were added. */
export function serversToClose() {
  const servers: (Server | Promise<Server>)[] = []
  return {
    /** Adds a server that runs or is starting, and returns it. */
    add<S extends Server | Promise<Server>>(server: S): S {
      servers.push(server)
      return server
    },
    async close(): Promise<void> {
      for (const server of servers.splice(0).reverse()) {
        // A server that did not start has failed its test already.
        const running = await Promise.resolve(server).catch(() => undefined)
        await running?.close()
      }
    },
  }
}
