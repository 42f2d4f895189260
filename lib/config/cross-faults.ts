import { z } from 'zod'

// As little as the rules need of each entry, so that they are told even where the file has other faults.
const outline = z.object({
  providers: z.array(z.object({ id: z.unknown() }).catch({ id: undefined })).catch([]),
  trustedIssuers: z.array(z.object({ issuer: z.unknown() }).catch({ issuer: undefined })).catch([]),
  backends: z
    .array(
      z
        .object({ name: z.unknown(), providers: z.array(z.unknown()).catch([]) })
        .catch({ name: undefined, providers: [] }),
    )
    .catch([]),
})

/** What is wrong between the sections of a configuration file, which no section shows by itself. Never throws. */
export function crossFaults(file: unknown): string[] {
  const { data } = outline.safeParse(file)
  if (!data) return []
  const ids = data.providers.map(({ id }) => id)
  return [
    ...repeated('providers', 'id', ids),
    ...repeated(
      'trustedIssuers',
      'issuer',
      data.trustedIssuers.map(({ issuer }) => issuer),
    ),
    ...repeated(
      'backends',
      'name',
      data.backends.map(({ name }) => name),
    ),
    ...data.backends.flatMap(({ providers }, index) =>
      providers.flatMap((id, position) =>
        typeof id !== 'string' || ids.includes(id)
          ? []
          : [`backends[${index}].providers[${position}]: there is no provider "${id}"`],
      ),
    ),
  ]
}

function repeated(list: string, key: string, values: unknown[]): string[] {
  return values.flatMap((value, index) =>
    value !== undefined && values.indexOf(value) !== index
      ? [`${list}[${index}].${key}: "${value}" is there twice`]
      : [],
  )
}
