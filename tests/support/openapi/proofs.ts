import { type FoundOperation, securitySchemes } from './description.ts'

/** Whether a request may have one of the proofs of an operation, by its headers. */
export function hasProof({ security }: FoundOperation, headers: Headers): boolean {
  const [scheme = ''] = (headers.get('authorization') ?? '').toLowerCase().split(' ')
  return security.some((each) => {
    const [name] = Object.keys(each)
    const found = name === undefined ? undefined : securitySchemes[name]
    // Where none is needed, another one does no harm.
    if (!found) return true
    return found.type === 'http' ? found.scheme === scheme : headers.get('cookie')?.includes('baton.session')
  })
}
