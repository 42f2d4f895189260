import { checks } from './checks/all.ts'
import { type Options, readOptions, usage, WrongUse } from './options.ts'
import { tableOf } from './report.ts'
import { runChecks } from './run-checks.ts'

// The self-attack kit. Exit code 0: no check failed; 1: one did, or with --strict was skipped; 2: wrong use,
// or nothing could be tried.

const out = (text: string) => process.stdout.write(text)

try {
  const options = readOptions(process.argv.slice(2), process.env)
  if (options.help) out(usage)
  else if (options.list) list(options)
  else process.exitCode = await attack(options)
} catch (error) {
  if (!(error instanceof WrongUse)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 2
}

function list({ json }: Options): void {
  const rows = checks.map(({ name, says, standard }) => ({ check: name, says, standard }))
  if (json) return void out(`${JSON.stringify(rows)}\n`)
  for (const { check, says, standard } of rows) out(`${check}: ${says} [${standard}]\n`)
}

async function attack(options: Options): Promise<number> {
  const unknown = options.only.find((name) => !checks.some((check) => check.name === name))
  if (unknown !== undefined) throw new WrongUse(`there is no check ${unknown}; --list names them`)
  const chosen = checks.filter(({ name }) => options.only.length === 0 || options.only.includes(name))
  const stop = new AbortController()
  // The sessions that it began end first; a second Ctrl-C leaves them.
  process.once('SIGINT', () => stop.abort())
  const show = process.stderr.isTTY ? (line: string) => process.stderr.write(`\r\x1b[K${line}`) : () => {}
  const results = await runChecks(chosen, options, {
    onCheck: (name, index, count) => show(`${index}/${count} ${name}`),
    signal: stop.signal,
    onWait: (seconds) => show(`the server asks to wait: ${seconds} s`),
  })
  show('')
  const failed = results.some(({ result }) => result === 'fail' || (options.strict && result === 'skipped'))
  const tried = results.some(({ result }) => result !== 'skipped')
  if (options.json) out(`${JSON.stringify({ url: options.url.origin, results })}\n`)
  else out(tableOf(results, process.stdout.columns ?? 110))
  if (stop.signal.aborted) process.stderr.write('Stopped before its end.\n')
  else if (!tried) process.stderr.write('Nothing could be tried; the reasons are in the table.\n')
  if (failed) return 1
  return tried && !stop.signal.aborted ? 0 : 2
}
