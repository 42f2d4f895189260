import { crc32, deflateSync } from 'node:zlib'

const of = (base64: string) => Buffer.from(base64, 'base64')
const tables = `/9j/2wBDAP${'/'.repeat(86)}2wBDAf${'/'.repeat(86)}`

/** Pictures of 3 by 2 pixels as encoders write them, of each kind that has its size elsewhere. */
export const pictures = {
  png: pngOf(3, 2),
  webp: of('UklGRjAAAABXRUJQVlA4ICQAAABwAQCdASoDAAIADMDOJaACdAFAAAD+2ibGE0k6NWbtazKAAAA='),
  losslessWebp: of('UklGRhwAAABXRUJQVlA4TBAAAAAvAkAAAAfQmapG/wMR0f8A'),
  extendedWebp: of(
    'UklGRlIAAABXRUJQVlA4WAoAAAAQAAAAAgAAAQAAQUxQSAcAAAAAgICAgICAAFZQOCAkAAAAcAEAnQEqAwACAAzAziWgAnQBQAAA' +
      '/tomxhNJOjVm7WsygAAA',
  ),
  jpeg: of(
    `${tables}wAARCAACAAMDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAH/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/` +
      '8QAFQEBAQAAAAAAAAAAAAAAAAAAAQL/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCABT//2Q==',
  ),
}

/** A PNG of so many pixels, all in one colour (`[red, green, blue]`). */
export function pngOf(width: number, height: number, colour: readonly number[] = [170, 51, 0]): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // Eight bits a channel, and no transparency.
  header.set([8, 2], 8)
  const line = [0, ...Array.from({ length: width }, () => colour).flat()]
  const lines = Buffer.concat(Array.from({ length: height }, () => Buffer.from(line)))
  const parts = [chunk('IHDR', header), chunk('IDAT', deflateSync(lines)), chunk('IEND', Buffer.alloc(0))]
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...parts])
}

/** PNG Specification (Third Edition), section 5.3. */
function chunk(type: string, data: Buffer): Buffer {
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}
