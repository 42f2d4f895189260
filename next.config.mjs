// No TypeScript: Next would load its compiler to read this, at each start and in production too.

/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  // Baton's answers are small or streamed from a backend. The backend or the edge decides about compression.
  compress: false,
  // The proxy's route forwards paths exactly as received.
  skipTrailingSlashRedirect: true,
  reactStrictMode: true,
  // A page is loaded when somebody first comes to it: a server at rest needs 10 MB less.
  experimental: { preloadEntriesOnStart: false },
  // Pictures here are small, and an optimizer would be one more way to make Baton fetch for strangers.
  images: { unoptimized: true },
  // `npm test` type-checks the whole repository; a build does not need to.
  typescript: { ignoreBuildErrors: true },
}

export default config
