import { type Adapter, errors } from 'oidc-provider'
import type { Database } from '#lib/db/database.ts'
import { pollDeviceRequest } from '#lib/db/device-requests.ts'
import { requestSeconds } from '#lib/devices/lifetime.ts'
import { numericDate } from '#lib/oauth/numeric-date.ts'
import { recordKey } from './adapter.ts'

/** The library's name for its record of a device code. */
export const deviceCodeModel = 'DeviceCode'

/** Seconds for which a device that still polls is told that its code has expired. */
const toldExpired = 600

/**
 * Storage as it is, but for device codes: they are kept beyond their end, and `find`, which a poll alone
 * calls, throws `slow_down` for a device that asks too often. RFC 8628, section 3.5.
 */
export function withDeviceCodes(
  adapterOf: (model: string) => Adapter,
  { db }: { db: Database },
): (model: string) => Adapter {
  return (model) => {
    const adapter = adapterOf(model)
    if (model !== deviceCodeModel) return adapter
    return {
      ...adapter,
      upsert: (id, payload) => adapter.upsert(id, payload, requestSeconds + toldExpired),
      async find(id) {
        const code = await adapter.find(id)
        const { accountId, error, exp = 0 } = code ?? {}
        const isPending = accountId === undefined && error === undefined && exp > numericDate(new Date())
        if (isPending && (await pollDeviceRequest(db, recordKey(model, id).hash)))
          throw new errors.SlowDown('the device asks too often; wait five seconds longer in between')
        return code
      },
    }
  }
}
