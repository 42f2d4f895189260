import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const folder = 'prisma/migrations'

// SHA-256 of each. A migration is written here in the commit that adds it, and its line never changes:
// databases that have applied it would otherwise differ from those that apply it later.
const landed = {
  '20261121000000_init': 'b09480b69246c4f953eb4dc0b0422f954de9255da7b2cdef85749ce3a21254cb',
  '20261121080027_openid_provider': '6348e439294eceb5d9439458bdeb4b78a8ef6ccf5a1878b52bf142fd90ce35af',
  '20261121105036_token_set_leases': 'c50d95261c228062ffddfc77dee33fb8fdf46a799c166b41a840f89f6d13b36e',
  '20261121105920_web_nonces': '4291f1cfdf691069a130eb4df3ab167c5486eda0a887f7174a1b3c0d753b0526',
  '20261126194051_person_claims': 'd25e28aad9fe8f1c5cd77cba116a8ac88eefbec8bbd929e74c4a18005c6cfcf4',
  '20261126230450_handoff_approval': '8718c1ff23e5f6f10fc9015139a1d82b11f718f8a572e9cdd0ead31631b2767c',
  '20261127010000_partial_indexes': '9be6846e17ad8e1ee3c8266ac5180ee71d8e0687961623632e0ba3bc0d3f2497',
  '20261127020000_write_probes': '005c8af3c861ea786196945ea229448f72987999e6161ae5a5e16a270494f08a',
  '20261127021000_static_files': '0668bf69c46e4aa112b552c003ccff5eba683e356a371422308ab743a8995fcf',
  '20261127022000_sweeps': 'ff8398c73cca9fd3f74a95feae1e3a48522c81330bef791c179d6df31bb8e775',
  '20261127030000_limits': '7c5ed8dea21cf310ced17c25464cb4184e97216146e2bc886465c64112373992',
  '20261127040000_audit': '5032d37de46bf197418fb3afb8c42a7682e6f7bd38e5e2b30f393090a9b9eb26',
  '20261127060000_global_sign_outs': '8adcafacaae28c071975a89d47f7cd43b44c3c3cee69755443ca28f19a22fdba',
  '20261127070000_audit_attempts': '9a30312d28419175e48a1837348851db5694407ba97c1274f293ddb49c4713a4',
  '20261128010000_fewer_index_entries': 'b067d8f46b851d20cbe51c56e4878c3bd66173a2b69ccc540c604ac44e2de6ee',
  '20261128020000_indexes_with_a_key': 'b0a13fbf9bda9704b6380f9e03b4d57a719bfd1b1894add464b87ec14c44cd41',
  '20261128030000_device_requests': 'a31ba98d7d2ae9b9c6f7e3e06f61b17895c63f340191f9e23995f81fa2744fb4',
  '20261128040000_bound_web_nonces': '53acf817f4bfcab7dc992d104d17d93b2e1190cdca3af98106722f84c1a99258',
}

test('landed migrations stay as they are, and new ones are written down', () => {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const found = names.map(({ name }) => {
    const text = readFileSync(`${folder}/${name}/migration.sql`, 'utf8')
    return [name, createHash('sha256').update(text).digest('hex')]
  })
  expect(Object.fromEntries(found)).toEqual(landed)
})
