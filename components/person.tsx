import type { Say } from '#lib/languages/say.ts'

const disc = 'flex size-12 shrink-0 items-center justify-center rounded-full'

type Props = { person: { name: string | null; email: string | null; image?: string | null }; say: Say }

/** Who someone is, with their initials in place of a picture: pictures would be fetched from elsewhere. */
export function Person({ person, say }: Props) {
  const name = person.name ?? person.email ?? say.t('common.unnamedPerson')
  return (
    <div className="flex min-w-0 items-center gap-4">
      <span aria-hidden="true" className={`${disc} bg-accent/15 font-semibold text-accent`}>
        {initials(name)}
      </span>
      <span className="min-w-0">
        <span className="block font-semibold">
          <bdi>{name}</bdi>
        </span>
        {person.email && person.email !== name && (
          <span className="block text-soft text-sm">
            <bdi>{person.email}</bdi>
          </span>
        )}
      </span>
    </div>
  )
}

// Arabic letters would join into a word.
function initials(name: string): string {
  const joiner = /\p{Script=Arabic}/u.test(name) ? '\u200c' : ''
  const [first = '', ...rest] = name.split(/[\s@.]+/).filter((word) => word !== '')
  return [first, rest.at(-1) ?? '']
    .map((word) => [...word][0] ?? '')
    .join(joiner)
    .toUpperCase()
}
