import type Provider from 'oidc-provider'
import type { AdapterPayload } from 'oidc-provider'
import type { Config } from '#lib/config/load.ts'
import type { Database, Queries } from '#lib/db/database.ts'
import type { AnsweredCode, DeviceSession } from '#lib/devices/answer-request.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { numericDate } from '#lib/oauth/numeric-date.ts'
import { changeRecord } from './adapter.ts'
import { paramsOf } from './context.ts'
import { deviceCodeModel } from './device-code-records.ts'
import { inOneTransaction } from './queries.ts'

type Needs = { db: Database; config: Pick<Config, 'secrets'> }

/** Seconds for which an answer can be fetched at least: a device that was too fast asks once in a minute. */
const answerSeconds = 120

const denied = { error: 'access_denied', errorDescription: 'the person said no' }

/**
 * Answers the request of a device: `work` decides and begins its session, and the record of its code then
 * says so, in one transaction. Its tokens belong to that session. Throws `not_found` when there is no such
 * code, `access_denied` when the device asks for a newer sign-in, and what `work` throws; then nothing is
 * done. RFC 8628, section 3.3.
 */
export function answerDeviceCode(
  provider: Provider,
  work: (tx: Queries) => Promise<AnsweredCode>,
  { db, config }: Needs,
): Promise<void> {
  return inOneTransaction(db, async (tx) => {
    const { hash, session } = await work(tx)
    const change = async (code: AdapterPayload) => ({
      ...code,
      // A device whose code expires next is told of the answer all the same.
      exp: Math.max(code.exp ?? 0, numericDate(new Date()) + answerSeconds),
      ...(session ? await signedIn(code, session, provider) : denied),
    })
    if (!(await changeRecord({ model: deviceCodeModel, hash }, change, tx, config)))
      throw new OAuthError('not_found', 'no device shows this code now')
  })
}

async function signedIn(
  code: AdapterPayload,
  { sid, amr, authTime, scope }: DeviceSession,
  provider: Provider,
): Promise<AdapterPayload> {
  const { clientId = '', params = {} } = code
  const { max_age } = paramsOf({ params })
  // OpenID Connect Core 1.0, section 3.1.2.1. The person may sign in anew and then approve.
  if (max_age !== undefined && authTime.getTime() + Number(max_age) * 1000 < Date.now())
    throw new OAuthError('access_denied', 'this application wants a newer sign-in; sign in here again first')
  const { resource } = params as { resource?: string | string[] }
  const grant = new provider.Grant({ accountId: sid, clientId })
  grant.addOIDCScope(scope)
  for (const each of [resource ?? []].flat()) grant.addResourceScope(each, '')
  const grantId = await grant.save()
  const told = { accountId: sid, grantId, scope, amr, authTime: numericDate(authTime) }
  return { ...told, ...(resource !== undefined && { resource }) } as AdapterPayload
}
