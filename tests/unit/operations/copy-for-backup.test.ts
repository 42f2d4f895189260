import { expect, test } from 'vitest'
import { copyForBackup } from '#lib/operations/backup.ts'
import type { CommandNeeds } from '#lib/operations/command.ts'

test('a copy that cannot be made says why, and not that another is under way', async () => {
  const needs = { config: { database: { dataDir: '/nowhere/data' } }, database: {} }
  const copying = copyForBackup(needs as unknown as CommandNeeds)
  await expect(copying.next()).rejects.toThrow(/cannot be made \(ENOENT/)
})
