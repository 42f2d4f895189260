import { fullConfig } from './full-config.ts'
import type { Setup, StagePartners } from './stage.ts'
import { test as base, perFile } from './test.ts'

let last = 0

/** An address that no test has used yet. */
export function newAddress(): string {
  last += 1
  return `192.0.2.${last}`
}

/** What makes a request come from an address: a trusted proxy tells it. */
export const from = (address: string) => ({ 'x-forwarded-for': address })

const limits = {
  nonces: { max: 8, seconds: 60 },
  handoffs: { max: 10, seconds: 60 },
  verifiers: { max: 2 },
  signIns: { max: 6, seconds: 60 },
  clientSecrets: { max: 3, seconds: 60 },
  newPeople: { max: 40, seconds: 60 },
}

/** Tests with low limits, behind a proxy that tells where each request comes from. */
export const test = base
  .extend('setup', perFile, {
    config: (partners: StagePartners) =>
      fullConfig(partners, { trustedProxies: ['127.0.0.0/8'], handoff: { nonceTtl: 120 }, limits }),
  } satisfies Setup)
  .extend('another', perFile, ({ startAnother }) => startAnother())

/** Statuses of so many calls, one after the other. */
export async function statusesOf(times: number, call: () => Promise<Response>): Promise<number[]> {
  const statuses: number[] = []
  for (let time = 0; time < times; time++) {
    const answer = await call()
    await answer.body?.cancel()
    statuses.push(answer.status)
  }
  return statuses
}

/** So many times one status, and then another one. */
export const first = (times: number, status: number, then: number) => [...Array(times).fill(status), then]
