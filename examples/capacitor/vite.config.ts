import { defineConfig, loadEnv } from 'vite'

export default defineConfig(({ mode }) => {
  const { hostname, port } = new URL(loadEnv(mode, '.', 'APP_URL').APP_URL as string)
  return {
    // What the build takes from the environment: everybody can read it.
    envPrefix: ['BATON_URL', 'IDP_URL', 'CLIENT_ID', 'TARGET'],
    preview: { host: hostname, port: Number(port), strictPort: true },
  }
})
