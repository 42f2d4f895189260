// What the snippets of the README take from the program around them.
import type { Client, Storage } from '@baton/client'

declare global {
  const client: Client
  const batonUrl: string
  const clientId: string
  const storage: Storage
  const userCode: string
  const number: string | undefined
  const port: number
  const callbackUrl: Promise<string>
  const keystore: {
    publicJwk(name: string): { kty: 'EC'; crv: 'P-256'; x: string; y: string }
    signEs256(name: string, data: Uint8Array): Promise<Uint8Array>
  }
  function showQrCode(url: string): void
}
