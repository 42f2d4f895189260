import { createHash, timingSafeEqual } from 'node:crypto'

export type Person = {
  /** The `sub` of every token about this person. */
  id: string
  password: string
  name: string
  email: string
}

/** Who can sign in at the demo identity provider. */
export const PEOPLE: readonly Person[] = [
  { id: 'demo', password: 'demo', name: 'Demo User', email: 'demo@example.org' },
  { id: 'bob', password: 'bob', name: 'Bob Builder', email: 'bob@example.org' },
]

/** Finds the person with this id. */
export function findPerson(id: string): Person | undefined {
  return PEOPLE.find((person) => person.id === id)
}

/**
 * Finds the person whom this login and password belong to, taking as long for an unknown login as for a wrong
 * password.
 */
export function authenticate(login: string, password: string): Person | undefined {
  const person = findPerson(login)
  const matches = timingSafeEqual(digest(password), digest(person?.password ?? ''))
  return person && matches ? person : undefined
}

// Digests have one length, which timingSafeEqual needs and which keeps the password's own length to itself.
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
