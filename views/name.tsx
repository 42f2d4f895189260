import type { ReactNode } from 'react'

/** A name that people wrote, in a sentence: it has a direction of its own. */
export function name(text: ReactNode): ReactNode {
  return <bdi key="name">{text}</bdi>
}

/** The values of a message that names a person, and has other words for one without a name or an address. */
export function naming(person: { name: string | null; email: string | null } | undefined) {
  const known = person?.name ?? person?.email
  return { named: known ? 'yes' : 'no', person: known ?? '', name }
}
