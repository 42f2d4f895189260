import { kilobyte } from '../backend/bodies.ts'
import { proxiedBody } from './proxied-body.ts'
import type { Scenario } from './scenario.ts'

/** 1 kB of JSON through each proxy, with so many callers at a time. */
export function json(callers: number): Scenario {
  const who = callers === 1 ? '1 caller' : `${callers} callers at a time`
  return proxiedBody({
    name: `json-${callers}`,
    about: `1 kB of JSON from the backend, ${who}.`,
    path: '/json',
    callers,
    body: kilobyte,
  })
}
