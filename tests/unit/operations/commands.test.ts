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
  [['audit', '--since', 'yesterday'], '--since'],
  [['audit', '--since', '1w'], '--since'],
  [['audit', '--format', 'xml'], '--format'],
  [['audit', '--nonce', 'abc'], '--nonce'],
  [['audit', '--person', "' OR true --"], '--person'],
  [['audit', '--unknown'], '--unknown'],
  [['audit', 'something'], 'something'],
  [['keys'], 'keys rotate'],
  [['keys', 'rotate', '--discard'], '--discard'],
  [['check', '--xml'], '--xml'],
  [['sessions', 'list', '--preson', 'x'], 'There is no option --preson here; did you mean "--person"?'],
  [['backup', 'b.tgz', '--froce'], 'did you mean "--force"?'],
  [['audit', '--sicne=1h'], 'did you mean "--since"?'],
  [['audit', '--since', '2026-02-31'], '--since'],
  [['audit', '--until', '2026-02-29T10:00Z'], '--until'],
  [['audit', '--since', '2026-01-31 (noon)'], '--since'],
  [['version', 'now'], 'now'],
  // Only a check asks for it, by the door.
  [['database-state'], 'There is no command'],
])('wrong use says what is wrong: %j', async (args, words) => {
  await expect(readCommand(args)).rejects.toThrow(WrongUse)
  await expect(readCommand(args)).rejects.toThrow(words)
})

test.each(['2026-01-31', '2028-02-29', '2026-01-31T08:00Z', '2026-01-31 08:00:00.5+01:00', '90s'])(
  'the trail takes %s for a time',
  async (time) => {
    expect(await readCommand(['audit', '--since', time, '--until', time])).toHaveProperty('run')
  },
)

test('the help names every command with its options', async () => {
  const help = await helpText()
  for (const name of ['check', 'people', 'sessions', 'audit', 'keys', 'migrate', 'version'])
    expect(help).toMatch(new RegExp(`^ {2}${name} `, 'm'))
})

test('only the end of everybody’s sessions is asked about, and not after --yes', async () => {
  const questionOf = async (...args: string[]) => {
    const task = await readCommand(['sessions', 'end', ...args])
    return 'question' in task ? task.question : undefined
  }
  expect(await questionOf('--all')).toMatch(/everybody/)
  expect(await questionOf('--all', '--yes')).toBeUndefined()
  expect(await questionOf('--client', 'app')).toBeUndefined()
})

test('the door does not do what belongs into the operator’s own process', async () => {
  await expect(readAtDoor(['check'])).rejects.toThrow(WrongUse)
  expect((await readAtDoor(['database-state'])).run).toBeTypeOf('function')
})
