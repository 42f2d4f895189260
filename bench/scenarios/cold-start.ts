import { startNextApp } from '../competitors/authjs-guide.ts'
import { batonOf } from '../competitors/baton.ts'
import type { Contender } from '../measure/interleave.ts'
import { cpuMicroseconds, residentMegabytes } from '../measure/process-usage.ts'
import { getRequest } from '../measure/request-bytes.ts'
import { type StartedProcess, untilItAnswers } from '../measure/start-process.ts'
import type { Scenario } from './scenario.ts'

export const coldStart: Scenario = {
  name: 'cold-start',
  about:
    'From the start of the process to the first page: `server.ts` on a PostgreSQL with its tables, and a ' +
    'bare `next start`.',
  columns: [
    { key: 'milliseconds', title: 'ms', better: 'less', digits: 0 },
    { key: 'cpuMilliseconds', title: 'CPU ms', better: 'less', digits: 0 },
    { key: 'resident', title: 'memory held, MB', digits: 0 },
  ],
  compare: { subject: 'Baton' },
  rounds: ({ quick, rounds }) => (quick ? 2 : rounds),
  seconds: ({ quick, rounds }) => 4 * (quick ? 2 : rounds),
  async contenders(bench) {
    const baton = await batonOf(bench, 'postgres')
    return [
      starting('Baton', async () => ({
        ...(await baton.another()),
        firstPage: getRequest('/', { host: baton.host }),
      })),
      starting('next start', async () => {
        const app = await startNextApp(bench)
        return { ...app, firstPage: getRequest('/', { host: `localhost:${app.port}` }) }
      }),
    ]
  },
}

type Starting = { process: StartedProcess; port: number; firstPage: Buffer }

function starting(name: string, start: () => Promise<Starting>): Contender {
  const measure = async () => {
    const { process, port, firstPage } = await start()
    const began = process.startedAt
    await untilItAnswers(process, port, firstPage)
    const values = {
      milliseconds: performance.now() - began,
      cpuMilliseconds: cpuMicroseconds([process.pid]) / 1000,
      resident: residentMegabytes([process.pid]),
    }
    await process.stop()
    return values
  }
  return {
    name,
    // The first start also reads the files from disk.
    warmUp: async () => {
      await measure()
    },
    measure,
  }
}
