const disc = 'flex size-12 shrink-0 items-center justify-center rounded-full'

type Props = { person: { name: string | null; email: string | null; image?: string | null } }

/** Who someone is, with their initials in place of a picture: pictures would be fetched from elsewhere. */
export function Person({ person }: Props) {
  const name = person.name ?? person.email ?? 'Unnamed person'
  return (
    <div className="flex min-w-0 items-center gap-4">
      <span aria-hidden="true" className={`${disc} bg-accent/15 font-semibold text-accent`}>
        {initials(name)}
      </span>
      <span className="min-w-0">
        <bdi className="block break-words font-semibold">{name}</bdi>
        {person.email && person.email !== name && (
          <span className="block break-words text-soft text-sm">{person.email}</span>
        )}
      </span>
    </div>
  )
}

function initials(name: string): string {
  const [first = '', ...rest] = name.split(/[\s@.]+/).filter((word) => word !== '')
  return [first, rest.at(-1) ?? '']
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase()
}
