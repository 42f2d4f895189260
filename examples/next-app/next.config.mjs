/** @type {import('next').NextConfig} */
const config = {
  // This folder is a whole application, and the lockfile further up belongs to another one.
  turbopack: { root: import.meta.dirname },
  outputFileTracingRoot: import.meta.dirname,
}

export default config
