import type { NextConfig } from 'next'

const config: NextConfig = {
  poweredByHeader: false,
  // Baton's answers are small or streamed through from a backend; compressing them is the backend's or the
  // edge's choice.
  compress: false,
  // The route of the proxy passes paths as they came.
  skipTrailingSlashRedirect: true,
  reactStrictMode: true,
  // Baton shows no pictures, and an image optimizer would be one more thing that fetches for strangers.
  images: { unoptimized: true },
  // `npm test` runs the type checker over the whole repository; a build must not need it.
  typescript: { ignoreBuildErrors: true },
}

export default config
