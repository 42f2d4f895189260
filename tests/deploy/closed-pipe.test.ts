import { once } from 'node:events'
import { decodeJwt } from 'jose'
import { expect } from 'vitest'
import { beginBaton, runBaton } from '../support/run-baton.ts'
import { commandTest } from '../support/test-commands.ts'
import { signInAt } from '../support/test-oidc.ts'

// On PostgreSQL a command ends sessions in its own process, while Baton runs.
const test = commandTest('PostgreSQL')

test('a command whose output nobody reads does all of its work, with its own exit code', async ({
  environment,
  signedIn,
  heard,
  logouts,
  partners,
  sql,
}) => {
  const person = await signedIn()
  await signInAt(heard, person)
  const { sid = '' } = (await person.session()) ?? {}
  const revoked: string[] = []
  partners.revocationDoor.before = async (req) => void revoked.push(req.url ?? '')
  const child = beginBaton(['sessions', 'end', '--sid', sid], environment)
  const exited = once(child, 'exit')
  child.stdout.destroy()
  child.stderr.destroy()
  expect(await exited).toEqual([0, null])
  delete partners.revocationDoor.before
  expect(logouts.map((token) => decodeJwt(token).aud)).toEqual(['heard'])
  expect(revoked).toEqual(['/token/revocation'])

  const keys = () => sql<{ count: string }>('SELECT count(*) FROM signing_keys')
  const [before] = await keys()
  const rotating = beginBaton(['keys', 'rotate', '--discard-lost'], environment)
  const rotated = once(rotating, 'exit')
  rotating.stdout.destroy()
  expect(await rotated).toEqual([0, null])
  const [after] = await keys()
  expect(Number(after?.count)).toBe(Number(before?.count) + 2)

  const wrong = beginBaton(['sessions', 'end'], environment)
  const failed = once(wrong, 'exit')
  wrong.stdout.destroy()
  wrong.stderr.destroy()
  expect(await failed).toEqual([2, null])
})

test('what a command has to warn of is a line for people', async ({ environment, signedIn, partners }) => {
  const { sid = '' } = (await (await signedIn()).session()) ?? {}
  partners.revocationDoor.before = async (_, res) => void res.writeHead(400).end()
  const { exitCode, stdout, stderr } = await runBaton(['sessions', 'end', '--sid', sid], environment)
  delete partners.revocationDoor.before
  expect([exitCode, stdout]).toEqual([0, 'One session has ended.\n'])
  expect(stderr).toMatch(/WARN.*revo/)
  expect(stderr).not.toContain('{"level"')
})
