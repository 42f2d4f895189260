import type { Result } from './run-checks.ts'

const marks = { pass: 'pass', fail: 'FAIL', skipped: 'skipped' } as const

/** The results as a table, with a sentence at its end. */
export function tableOf(results: readonly Result[], columns: number): string {
  const width = Math.max(...results.map(({ check }) => check.length))
  const indent = width + 11
  const rows = results.flatMap(({ check, result, why, standard }) => {
    const [first = '', ...more] = wrapped(`${why} [${standard}]`, Math.max(30, columns - indent))
    const head = `${check.padEnd(width)}  ${marks[result].padEnd(7)}  ${first}`
    return [head, ...more.map((line) => ' '.repeat(indent) + line)]
  })
  const count = (result: Result['result']) => results.filter((one) => one.result === result).length
  const sum = `${count('pass')} passed, ${count('fail')} failed, ${count('skipped')} skipped`
  return `${[...rows, '', sum].join('\n')}\n`
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
