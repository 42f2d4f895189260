import { readFile } from 'node:fs/promises'
import { checks } from '../../../packages/attack/src/checks/all.ts'
import type { Options } from '../../../packages/attack/src/options.ts'
import { readOptions } from '../../../packages/attack/src/options.ts'
import { type Result, runChecks } from '../../../packages/attack/src/run-checks.ts'
import { freePort } from '../free-port.ts'
import type { Setup, StagePartners } from '../stage.ts'
import { test as base, perFile } from '../test.ts'
import { startFront } from './front.ts'

export const webUrl = 'http://127.0.0.1:4999'

type DemoConfig = { trustedIssuers: object[]; clients: object[] }

/** The demo's own configuration, for partners at other addresses. */
export async function demoConfig(): Promise<(partners: StagePartners) => DemoConfig> {
  const text = await readFile('demo/baton.config.json', 'utf8')
  return ({ issuer, backendUrl, trustedIssuer }) => {
    const config: DemoConfig = JSON.parse(
      text
        .replaceAll(/\$\{DEMO_IDP_URL\}/g, issuer)
        .replaceAll(/\$\{DEMO_BACKEND_URL\}/g, backendUrl)
        .replaceAll(/\$\{DEMO_WEB_URL\}/g, webUrl),
    )
    return { ...config, trustedIssuers: [...config.trustedIssuers, trustedIssuer.trust] }
  }
}

/** A Baton with the demo's configuration, behind a front that can break. */
export const test = base
  .extend('front', perFile, async ({ closing }) => closing(startFront({ port: await freePort() })))
  .extend(
    'setup',
    perFile,
    async ({ front }): Promise<Setup> => ({
      config: await demoConfig(),
      publicPort: front.port,
      isBehindProxy: true,
    }),
  )
  /** Runs checks as the command does, all of them where none is named. */
  .extend(
    'attack',
    perFile,
    ({ baton, front }) =>
      (only: readonly string[] = [], more: Partial<Options> = {}): Promise<Result[]> => {
        front.leadTo(baton.address)
        const options = { ...readOptions([baton.url], { DEMO_WEB_URL: webUrl }), ...more }
        return runChecks(
          checks.filter(({ name }) => only.length === 0 || only.includes(name)),
          options,
        )
      },
  )
