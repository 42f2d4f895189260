type Device = { browser: string | null; system: string | null }

/** What people call a device, to go on in a sentence: `Firefox on Linux`. */
export function deviceName(device: Device | undefined): string {
  const { browser, system } = device ?? {}
  if (browser && system) return `${browser} on ${system}`
  return browser ?? (system ? `a browser on ${system}` : 'an unknown browser')
}

type Place = { address: string | null; network: 'same' | 'other' | 'unknown' }

/** Where a device is, seen from another one. */
export function placeWords({ address, network }: Place): string {
  if (address === null) return 'unknown address'
  return network === 'same' ? `${address} (this network)` : address
}

/** The same words at the beginning of a sentence. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
