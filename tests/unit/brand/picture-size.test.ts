import { expect, test } from 'vitest'
import { pictureSize } from '#lib/brand/picture-size.ts'
import { imageOf } from '#lib/config/image.ts'
import { pictures, pngOf } from '../../support/pictures.ts'

const sizeOf = (bytes: Buffer) => pictureSize(bytes, imageOf(bytes)?.type ?? '')

/** The picture with these bytes in place of its own. */
function changed(bytes: Buffer, at: number, hex: string): Buffer {
  const copy = Buffer.from(bytes)
  copy.set(Buffer.from(hex, 'hex'), at)
  return copy
}

test.each(Object.entries(pictures))('a picture as %s has the size of its header', (_, bytes) => {
  expect(sizeOf(bytes)).toEqual({ width: 3, height: 2 })
})

test.each([
  ['PNG', changed(pictures.png, 16, '0001000000fffffe'), 0x10000, 0xfffffe],
  ['lossy WebP, which is 14 bits and a scale', changed(pictures.webp, 26, 'ff7f01c0'), 0x3fff, 1],
  ['lossless WebP', changed(pictures.losslessWebp, 21, 'ffffff0f'), 0x4000, 0x4000],
  ['extended WebP', changed(pictures.extendedWebp, 24, 'ffffff000001'), 0x1000000, 0x10001],
])('a size of a %s is read to its last bit', (_, bytes, width, height) => {
  expect(sizeOf(bytes)).toEqual({ width, height })
})

// Its frame header comes after two tables.
const [before, frame] = [pictures.jpeg.subarray(2, 140), pictures.jpeg.subarray(140)]
const jpegOf = (...parts: (string | Buffer)[]) =>
  Buffer.concat([Buffer.from('ffd8', 'hex'), ...parts.map((part) => Buffer.from(part as string, 'hex'))])

test.each([
  ['of its frame header, whichever this is', jpegOf(changed(frame, 1, 'cf'))],
  ['after bytes that fill up', jpegOf('ffffff', frame)],
  ['after tables of the same numbers', jpegOf('ffc40004ffc0', 'ffcc0004ffc0', frame)],
  [
    'and not of a small picture in it',
    jpegOf('ffe1001d', jpegOf(changed(frame, 5, 'ffffffff')).subarray(0, 27), frame),
  ],
])('the size of a JPEG is that %s', (_, bytes) => {
  expect(sizeOf(bytes)).toEqual({ width: 3, height: 2 })
})

test.each([
  ['a PNG of no header', changed(pictures.png, 12, '49444154')],
  ['a PNG of no width', changed(pictures.png, 16, '00000000')],
  ['a PNG of no height', changed(pictures.png, 20, '00000000')],
  ['a WebP of another chunk', changed(pictures.webp, 12, '45584946')],
  ['a WebP that begins between two frames', changed(pictures.webp, 20, '71')],
  ['a lossy WebP that has no start code', changed(pictures.webp, 23, '000000')],
  ['a lossless WebP that has no signature', changed(pictures.losslessWebp, 20, '00')],
  ['a JPEG of a height that comes later', jpegOf(before, changed(frame, 5, '0000'))],
  ['a JPEG that has a scan first', jpegOf('ffda0002', frame)],
  ['a JPEG that begins twice', jpegOf('ffd80002', frame)],
  ['a JPEG with something between its parts', jpegOf('ffe00002', '00', frame)],
  ['a JPEG with a length beyond its end', jpegOf('ffe0ffff', frame)],
  ['an SVG', Buffer.from('<svg width="3" height="2"/>')],
  ['nothing', Buffer.alloc(0)],
])('%s has no size', (_, bytes) => {
  expect(sizeOf(bytes)).toBeUndefined()
})

test.each(Object.entries(pictures))('a picture as %s that ends early has its size or none', (_, bytes) => {
  const found = Array.from({ length: bytes.length }, (_, end) => sizeOf(bytes.subarray(0, end)))
  const first = found.findIndex((size) => size !== undefined)
  expect(found.slice(0, first).every((size) => size === undefined)).toBe(true)
  expect(new Set(found.slice(first).map((size) => JSON.stringify(size)))).toEqual(
    new Set(['{"width":3,"height":2}']),
  )
})

test('a PNG that an encoder makes is as large as it is asked for', () => {
  expect(sizeOf(pngOf(120, 40))).toEqual({ width: 120, height: 40 })
})
