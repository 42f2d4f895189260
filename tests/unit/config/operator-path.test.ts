import { join } from 'node:path'
import { expect, test } from 'vitest'
import { operatorPath } from '#lib/config/operator-path.ts'

const byNpm = { npm_lifecycle_event: 'baton', INIT_CWD: '/home/operator' }

test('a file is in the folder where its operator called `npm run`', () => {
  expect(operatorPath('b.tgz', byNpm)).toBe('/home/operator/b.tgz')
  expect(operatorPath('/backups/b.tgz', byNpm)).toBe('/backups/b.tgz')
})

test('without npm, or within another script of it, it is in the folder of the process', () => {
  expect(operatorPath('b.tgz', {})).toBe(join(process.cwd(), 'b.tgz'))
  expect(operatorPath('b.tgz', { ...byNpm, npm_lifecycle_event: 'test' })).toBe(join(process.cwd(), 'b.tgz'))
})
