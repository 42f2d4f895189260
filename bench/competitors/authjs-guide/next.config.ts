import { join } from 'node:path'
import type { NextConfig } from 'next'

const config: NextConfig = {
  poweredByHeader: false,
  compress: false,
  typescript: { ignoreBuildErrors: true },
  // The app is built in a folder of its own; what it imports is installed at the repository's root.
  turbopack: { root: join(process.cwd(), '../../..') },
}

export default config
