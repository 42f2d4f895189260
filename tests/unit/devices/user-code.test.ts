import { expect, test } from 'vitest'
import { newUserCode, readUserCode, shownUserCode } from '#lib/devices/user-code.ts'

test('a user code has eight letters of the alphabet of RFC 8628 and is read back as people see it', () => {
  for (let time = 0; time < 200; time++) {
    const code = newUserCode()
    expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/)
    expect(readUserCode(shownUserCode(code))).toBe(code)
  }
})

test.for([
  'bcdf-ghjk',
  ' BCDF GHJK ',
  'BCDFGHJK',
  'b-c-d-f-g-h-j-k',
  'BCDF–GHJK',
  'bcdf.ghjk',
  'ＢＣＤＦ－ＧＨＪＫ',
  'ｂｃｄｆ　ｇｈｊｋ',
  'ＢＣＤＦーＧＨＪＫ',
])('case, width and what stands between the letters do not count: %s', (typed) => {
  expect(readUserCode(typed)).toBe('BCDFGHJK')
})

test.for(['', 'BCDFGHJ', 'BCDFGHJKL', 'ABCDEFGH', 'BCDFGHJ1', 'ВCDFGHJK', 'BCDF GHJK <b>'])(
  'what cannot be a user code is none: %s',
  (typed) => {
    expect(readUserCode(typed)).toBeUndefined()
  },
)

test('codes do not repeat', () => {
  expect(new Set(Array.from({ length: 2_000 }, newUserCode)).size).toBe(2_000)
})
