import { parseArgs } from 'node:util'
import { scenarios } from './scenarios/all.ts'
import type { Scenario } from './scenarios/scenario.ts'

export type Options = {
  quick: boolean
  chosen: readonly Scenario[]
  json: string | undefined
  profile: string | undefined
}

/** Reads the command line. Throws with a plain sentence for an unknown scenario. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      scenario: { type: 'string' },
      json: { type: 'string' },
      profile: { type: 'string' },
    },
  })
  const names = (values.only ?? values.scenario)?.split(',').map((name) => name.trim())
  const unknown = names?.filter((name) => !scenarios.some((scenario) => scenario.name === name)) ?? []
  if (unknown.length > 0) {
    const known = scenarios.map(({ name }) => name).join(', ')
    throw new Error(`There is no scenario ${unknown.join(', ')}; there are ${known}.`)
  }
  const chosen = names ? scenarios.filter(({ name }) => names.includes(name)) : scenarios
  return { quick: values.quick, chosen, json: values.json, profile: values.profile }
}
