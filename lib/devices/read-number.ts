const digit = /\p{Nd}/u

/** A number as a person has typed it, with the digits of whatever script, in those of ASCII. */
export function readNumber(typed: string): string {
  return typed
    .trim()
    .normalize('NFKC')
    .replace(/\p{Nd}/gu, asciiDigit)
}

// Unicode has the ten digits of a script in a row (The Unicode Standard, section 4.6).
function asciiDigit(character: string): string {
  const point = character.codePointAt(0) as number
  let before = 0
  while (digit.test(String.fromCodePoint(point - before - 1))) before++
  return String(before % 10)
}
