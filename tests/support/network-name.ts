import dns from 'node:dns'

// Preloaded into the processes of a demo: what the name service of a network would say. `NETWORK_NAME` is
// `name=address`.
const [name, address = ''] = (process.env.NETWORK_NAME ?? '').split('=')
const { lookup } = dns

Object.assign(dns, {
  lookup(hostname: string, ...rest: unknown[]) {
    const asked = hostname === name ? address : hostname
    return (lookup as (...all: unknown[]) => unknown)(asked, ...rest)
  },
})
