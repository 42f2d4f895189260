import { readConfig } from '#lib/config/load.ts'
import { applyOutgoingProxy } from '#lib/config/outgoing-proxy.ts'
import { checkConfiguration } from './check-configuration.ts'
import { checkDatabase } from './check-database.ts'
import { checkProviders } from './check-providers.ts'
import type { Command } from './command.ts'
import { type Finding, findingsOn } from './finding.ts'
import { json, optionsOf } from './options.ts'

/** `baton check`: what a start would say, and what it cannot know; changes nothing. */
export const check: Command = {
  summary: 'what is wrong with configuration, database and providers, and what to do; changes nothing',
  usage: '[--json]',
  read(args) {
    const { values } = optionsOf(args, json)
    return { here: () => checked(values.json === true) }
  },
}

async function* checked(asJson: boolean): AsyncGenerator<string, boolean> {
  const read = await readConfig()
  applyOutgoingProxy(read.usable)
  const checks = await allOf({
    configuration: checkConfiguration(read),
    database: checkDatabase(read.usable),
    providers: checkProviders(read.usable),
  })
  const count = (status: Finding['status']) => checks.filter((one) => one.status === status).length
  const [faults, warnings] = [count('fault'), count('warning')]
  if (asJson) yield `${JSON.stringify({ ok: faults === 0, checks }, null, 2)}\n`
  else {
    yield listOf(checks)
    yield `\n${counted(faults, 'fault')}, ${counted(warnings, 'warning')}.\n`
  }
  return faults > 0
}

// What breaks one of them off hides nothing of the others.
async function allOf(parts: Record<string, Promise<Finding[]>>): Promise<Finding[]> {
  const found = Object.entries(parts).map(([name, part]) =>
    part.catch((error) => [findingsOn(name).fault(`it cannot be looked at (${error.message})`)]),
  )
  return (await Promise.all(found)).flat()
}

function listOf(checks: Finding[]): string {
  const widest = Math.max(...checks.map(({ name }) => name.length))
  return checks
    .map(({ name, status, message, advice }) => {
      const indent = ' '.repeat(widest + 11)
      const todo = advice ? `${indent}-> ${advice}\n` : ''
      const text = message.replaceAll('\n', `\n${indent}`)
      return `${status.padEnd(7)}  ${name.padEnd(widest)}  ${text}\n${todo}`
    })
    .join('')
}

function counted(count: number, what: string): string {
  if (count === 0) return `no ${what}`
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
