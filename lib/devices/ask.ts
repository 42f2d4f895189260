import { randomInt } from 'node:crypto'
import { sha256 } from '#lib/crypto/digest.ts'
import { randomToken } from '#lib/crypto/random-token.ts'
import type { Database } from '#lib/db/database.ts'
import { insertDeviceRequest } from '#lib/db/device-requests.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { type Device, deviceText } from '#lib/sessions/device.ts'
import { requestSeconds } from './lifetime.ts'
import { newUserCode, userCodeHash } from './user-code.ts'

type Needs = { db: Database }

/** A request of a browser's own: its secret, which is the nonce once it is approved, and its user code. */
type Asked = { secret: string; userCode: string }

/**
 * Has a browser ask to be signed in by another device, and then to go to `redirectTo`, a path of Baton's.
 * Throws `temporarily_unavailable`.
 */
export async function askAsBrowser(device: Device, redirectTo: string, { db }: Needs): Promise<Asked> {
  const asked = { secret: randomToken(), userCode: newUserCode() }
  const numbers = threeNumbers()
  const request = {
    hash: sha256(asked.secret),
    userCodeHash: userCodeHash(asked.userCode),
    clientId: null,
    scope: null,
    redirectTo,
    device: deviceText(device),
    number: numbers[randomInt(numbers.length)] as string,
    numbers,
  }
  if (!(await insertDeviceRequest(db, request, requestSeconds))) throw taken()
  return asked
}

/**
 * Notes the request of a client, which has got its codes from the OpenID Provider. `hash` is that of the
 * device code. Throws `temporarily_unavailable`.
 */
export async function noteDevice(
  {
    hash,
    userCode,
    clientId,
    scope,
  }: {
    hash: Buffer<ArrayBuffer>
    userCode: string
    clientId: string
    scope: string | null
  },
  device: Device,
  { db }: Needs,
): Promise<void> {
  const code = { hash, userCodeHash: userCodeHash(userCode), clientId, scope }
  const request = { ...code, redirectTo: null, device: deviceText(device), number: null, numbers: [] }
  if (!(await insertDeviceRequest(db, request, requestSeconds))) throw taken()
}

function threeNumbers(): string[] {
  const numbers = new Set<string>()
  while (numbers.size < 3) numbers.add(String(randomInt(10, 100)))
  return [...numbers]
}

// One of 25 billion.
function taken(): OAuthError {
  return new OAuthError('temporarily_unavailable', 'this code is taken; ask again', { retryAfter: 1 })
}
