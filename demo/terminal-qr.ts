import { renderUnicodeCompact } from 'uqr'

const WHITE_ON_BLACK = '\x1b[97;40m'
const RESET = '\x1b[0m'

/**
 * Draws a QR code, two modules per character. It sets its own colours, because cameras need a light
 * background and terminal themes differ.
 */
export function terminalQr(text: string, { colours }: { colours: boolean }): string {
  const lines = renderUnicodeCompact(text, { border: 2 }).split('\n')
  return lines.map((line) => (colours ? `${WHITE_ON_BLACK}${line}${RESET}` : line)).join('\n')
}
