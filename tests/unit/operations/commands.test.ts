import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { WrongUse } from '#lib/operations/command.ts'
import { helpText, readAtDoor, readCommand } from '#lib/operations/commands.ts'

test.each<[args: string[], words: string]>([
  [[], 'There is no command ""'],
  [['sesions', 'list'], 'did you mean "sessions"?'],
  [['sessions'], 'sessions list'],
  [['sessions', 'end'], '--person SUB'],
  [['sessions', 'end', '--person', 'demo'], '--person'],
  [['sessions', 'end', '--sid', 'demo'], '--sid'],
  [['sessions', 'end', '--sid', randomUUID(), '--all'], 'one of'],
  [['sessions', 'list', '--limit', '0'], '--limit'],
  [['people', '--limit', '1e3'], '--limit'],
  [['people', 'demo'], 'demo'],
  [['keys'], 'keys rotate'],
  [['keys', 'rotate', '--discard'], '--discard'],
  [['check', '--xml'], '--xml'],
  [['version', 'now'], 'now'],
  // Only a check asks for it, by the door.
  [['database-state'], 'There is no command'],
])('wrong use says what is wrong: %j', (args, words) => {
  expect(() => readCommand(args)).toThrow(WrongUse)
  expect(() => readCommand(args)).toThrow(words)
})

test('the help names every command with its options', () => {
  for (const name of ['check', 'people', 'sessions', 'audit', 'keys', 'migrate', 'version'])
    expect(helpText()).toMatch(new RegExp(`^ {2}${name} `, 'm'))
})

test('only the end of everybody’s sessions is asked about, and not after --yes', () => {
  const questionOf = (...args: string[]) => {
    const task = readCommand(['sessions', 'end', ...args])
    return 'question' in task ? task.question : undefined
  }
  expect(questionOf('--all')).toMatch(/everybody/)
  expect(questionOf('--all', '--yes')).toBeUndefined()
  expect(questionOf('--client', 'app')).toBeUndefined()
})

test('the door does not do what belongs into the operator’s own process', () => {
  expect(() => readAtDoor(['check'])).toThrow(WrongUse)
  expect(readAtDoor(['database-state'])).toBeTypeOf('function')
})
