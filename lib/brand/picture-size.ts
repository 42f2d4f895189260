/** Width and height in pixels. */
type Size = { width: number; height: number }

/**
 * The size of a PNG, WebP or JPEG by its header, which a decoder makes room for; `undefined` for what has no
 * such header.
 */
export function pictureSize(bytes: Buffer, type: string): Size | undefined {
  const size = sizeOf[type]?.(bytes)
  return size && size.width > 0 && size.height > 0 ? size : undefined
}

const sizeOf: Record<string, (bytes: Buffer) => Size | undefined> = {
  'image/png': pngSize,
  'image/webp': webpSize,
  'image/jpeg': jpegSize,
}

/** The chunk IHDR is the first one. PNG Specification (Third Edition), section 11.2.1. */
function pngSize(bytes: Buffer): Size | undefined {
  if (bytes.length < 24 || bytes.toString('latin1', 12, 16) !== 'IHDR') return undefined
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
}

/** The first chunk has the size, in one of three ways. RFC 9649, sections 2.5 to 2.7. */
function webpSize(bytes: Buffer): Size | undefined {
  if (bytes.length < 30) return undefined
  switch (bytes.toString('latin1', 12, 16)) {
    // The canvas, which holds all frames.
    case 'VP8X':
      return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 }
    // Lossless: 14 bits each after a signature (section 3.4).
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21)
      const isSigned = bytes[20] === 0x2f
      return isSigned ? { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 } : undefined
    }
    // A key frame, whose upper two bits are a scale that decoders leave out. RFC 6386, section 9.1.
    case 'VP8 ': {
      const isKeyFrame = ((bytes[20] ?? 1) & 1) === 0 && bytes.readUIntBE(23, 3) === 0x9d012a
      const [width, height] = [bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff]
      return isKeyFrame ? { width, height } : undefined
    }
    default:
      return undefined
  }
}

/** The frame header (SOF) stands before the first scan. ITU-T T.81, sections B.1.1 and B.2.2. */
function jpegSize(bytes: Buffer): Size | undefined {
  for (let at = 2; at + 9 <= bytes.length; ) {
    const marker = bytes[at + 1] ?? 0
    if (bytes[at] !== 0xff) return undefined
    // Any number of 0xff may fill up before a marker.
    if (marker === 0xff) at += 1
    else if (isFrameHeader(marker))
      return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) }
    else if (marker < 0xc0 || isBare(marker)) return undefined
    else at += 2 + bytes.readUInt16BE(at + 2)
  }
  return undefined
}

/** SOF0 to SOF15: the others of these numbers are DHT, JPG and DAC (table B.1). */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
}

/** RST0 to RST7, SOI, EOI and SOS: none of them stands before the frame header. */
function isBare(marker: number): boolean {
  return marker >= 0xd0 && marker <= 0xda
}
