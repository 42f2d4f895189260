import { expect, test } from 'vitest'
import { readNumber } from '#lib/devices/read-number.ts'

test.for(['0123456789', '٠١٢٣٤٥٦٧٨٩', '۰۱۲۳۴۵۶۷۸۹', '０１２３４５６７８９', '०१२३४५६७८९'])(
  'the digits of every script are those of ASCII: %s',
  (typed) => {
    expect(readNumber(typed)).toBe('0123456789')
    expect(readNumber(` ${typed} `)).toBe('0123456789')
  },
)

test.for(['', '4x', '-4', '十二', '½'])('what is no digit stays what it is: %s', (typed) => {
  expect(readNumber(typed)).not.toMatch(/^\d+$/)
})
