import { type Adapter, type AdapterPayload, errors } from 'oidc-provider'

/**
 * Creates the storage of one identity provider, in memory.
 *
 * The library's own storage finds a token, checks whether it was used, and marks it as used. Two requests at
 * the same moment both pass. Here marking claims the token: the second request gets `invalid_grant`, and the
 * grant is revoked (RFC 9700, section 4.14.2).
 */
export function createMemoryAdapter(): (model: string) => Adapter {
  const stored = new Map<string, AdapterPayload>()

  function destroyGrant(grantId: string): void {
    stored.delete(`Grant:${grantId}`)
    for (const [key, payload] of stored) if (payload.grantId === grantId) stored.delete(key)
  }

  function findBy(model: string, field: 'uid' | 'userCode', value: string): AdapterPayload | undefined {
    for (const [key, payload] of stored)
      if (key.startsWith(`${model}:`) && payload[field] === value) return payload
    return undefined
  }

  return (model) => ({
    async upsert(id, payload, expiresIn) {
      const key = `${model}:${id}`
      stored.set(key, payload)
      if (expiresIn === undefined) return
      const forget = () => {
        if (stored.get(key) === payload) stored.delete(key)
      }
      setTimeout(forget, expiresIn * 1000).unref()
    },
    async find(id) {
      return stored.get(`${model}:${id}`)
    },
    async findByUid(uid) {
      return findBy(model, 'uid', uid)
    },
    async findByUserCode(userCode) {
      return findBy(model, 'userCode', userCode)
    },
    async consume(id) {
      const payload = stored.get(`${model}:${id}`)
      if (!payload || payload.consumed) {
        if (payload?.grantId) destroyGrant(payload.grantId)
        throw new errors.InvalidGrant('used at the same moment by another request')
      }
      payload.consumed = Math.floor(Date.now() / 1000)
    },
    async destroy(id) {
      stored.delete(`${model}:${id}`)
    },
    async revokeByGrantId(grantId) {
      for (const [key, payload] of stored)
        if (key.startsWith(`${model}:`) && payload.grantId === grantId) stored.delete(key)
    },
  })
}
