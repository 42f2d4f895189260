import type { Say } from '#lib/languages/say.ts'

type Device = { browser: string | null; system: string | null }

/** What people call a device, to go on in a sentence: `Firefox on Linux`. */
export function deviceName(device: Device | undefined, { t }: Say): string {
  const { browser, system } = device ?? {}
  if (browser && system) return t('device.browserOnSystem', { browser, system })
  return browser ?? (system ? t('device.onSystem', { system }) : t('device.unknown'))
}

type Place = { address: string | null; network: 'same' | 'other' | 'unknown' }

/** Where a device is, seen from another one. */
export function placeWords({ address, network }: Place, { t }: Say): string {
  if (address === null) return t('device.unknownAddress')
  return network === 'same' ? t('device.sameNetwork', { address }) : address
}

/** The same words at the beginning of a sentence. */
export function capitalized(text: string, { language }: Say): string {
  const [first = ''] = text
  return first.toLocaleUpperCase(language) + text.slice(first.length)
}
