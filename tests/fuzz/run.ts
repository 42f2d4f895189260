import { parseArgs } from 'node:util'
import { endpoints } from '#lib/endpoints/all.ts'
import { buildWhenStale, PACKAGES, SERVER } from '../../demo/build-when-stale.ts'
import embeddedSetup from '../support/embedded-setup.ts'
import { fullConfig } from '../support/full-config.ts'
import { startStage } from '../support/stage.ts'
import { fuzz } from './fuzz.ts'

// `npm run test:fuzz -- --count 100000 --seed 7`: many more requests than `npm test` sends. Fails on a fault.
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Date.now() % 1e6) },
  },
})
const [count, seed] = [Number(values.count), Number(values.seed)]
for (const build of [PACKAGES, ...SERVER]) if (!(await buildWhenStale(build))) process.exit(1)
const removeTemplate = await embeddedSetup()
const stage = await startStage({ config: fullConfig, database: 'PGlite' })
const progress = (done: number) => process.stdout.write(`\r${done} of ${count} requests`)
const paths = endpoints.map(({ path }) => path)
const { faults, answers } = await fuzz(stage, paths, { count, seed, progress }).finally(stage.close)
await removeTemplate?.()
process.stdout.write(
  `\rseed ${seed}: ${count} requests, ${faults.length} faults\n${JSON.stringify(answers)}\n`,
)
for (const fault of faults.slice(0, 50)) process.stdout.write(`  ${fault.slice(0, 2000)}\n`)
process.exit(faults.length > 0 ? 1 : 0)
