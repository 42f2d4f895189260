import { join } from 'node:path'
import type { NextConfig } from 'next'

const config: NextConfig = {
  poweredByHeader: false,
  compress: false,
  typescript: { ignoreBuildErrors: true },
  // The app is built in its own folder; its imports are installed at the repository's root.
  turbopack: { root: join(process.cwd(), '../../..') },
}

export default config
