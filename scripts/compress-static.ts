import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

// The last step of a build: beside each script and style of Next's its content as Brotli and gzip have it at
// their best, which takes too long for each request. What hardly gets smaller goes without.
const folder = join(import.meta.dirname, '..', process.argv[2] ?? '', '.next/static')

const encoders = {
  '.br': (bytes: Buffer) =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.byteLength,
      },
    }),
  '.gz': (bytes: Buffer) => promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }),
}

async function compress(path: string): Promise<void> {
  const bytes = await readFile(path)
  for (const [ending, encode] of Object.entries(encoders)) {
    const encoded = await encode(bytes)
    if (encoded.byteLength < bytes.byteLength * 0.9) await writeFile(path + ending, encoded)
    else await rm(path + ending, { force: true })
  }
}

const entries = await readdir(folder, { recursive: true, withFileTypes: true })
const files = entries.filter((entry) => entry.isFile() && /^\.(?:js|css)$/.test(extname(entry.name)))
await Promise.all(files.map((entry) => compress(join(entry.parentPath, entry.name))))
