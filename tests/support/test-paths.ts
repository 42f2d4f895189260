import { expect } from 'vitest'
import { test as base } from './test-proxy.ts'

/**
 * Tests of request targets. The recorder is configured twice: at its root (`root`) and below a base
 * (`based`).
 */
export const test = base
  /** Expects that a path reaches both backends byte for byte. */
  .extend('expectArrival', ({ seen, proxy }) => async (path: string) => {
    expect((await proxy.call(`/root${path}`)).status).toBe(200)
    expect((await proxy.call(`/based${path}`)).status).toBe(200)
    expect(seen).toEqual([path, `/base${path}`])
  })
  /** Expects that a path is refused and reaches neither. */
  .extend('expectRefusal', ({ seen, proxy }) => async (path: string) => {
    for (const name of ['root', 'based']) {
      const answer = await proxy.call(`/${name}${path}`)
      expect(answer.status).toBe(400)
      expect(answer.json()).toMatchObject({ error: 'invalid_request' })
    }
    expect(seen).toEqual([])
  })
