import { createHash, timingSafeEqual } from 'node:crypto'

export type Person = {
  /** The `sub` of every token about this person. */
  id: string
  password: string
  name: string
  email: string
}

/** The people who can sign in at the demo identity provider. */
export const PEOPLE: readonly Person[] = [
  { id: 'demo', password: 'demo', name: 'Demo User', email: 'demo@example.org' },
  { id: 'bob', password: 'bob', name: 'Bob Builder', email: 'bob@example.org' },
]

/** Finds the person with this id. */
export function findPerson(id: string): Person | undefined {
  return PEOPLE.find((person) => person.id === id)
}

/** Finds the person with this login and password. An unknown login takes as long as a wrong password. */
export function authenticate(login: string, password: string): Person | undefined {
  const person = findPerson(login)
  const matches = timingSafeEqual(digest(password), digest(person?.password ?? ''))
  return person && matches ? person : undefined
}

// Digests have equal length, which timingSafeEqual requires, and hide the length of the password.
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
