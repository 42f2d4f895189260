import { bytes } from '../backend/bodies.ts'
import { proxiedBody } from './proxied-body.ts'

const size = 1024 * 1024

export const megabyte = proxiedBody({
  name: 'megabyte',
  about: 'An answer of 1 MB, 8 callers at a time.',
  path: `/bytes/${size}`,
  callers: 8,
  body: Buffer.concat([...bytes(size)]),
})
