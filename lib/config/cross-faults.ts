import { z } from 'zod'
import { knownLanguages } from '#lib/languages/languages.ts'
import { usualLanguages } from './languages.ts'
import { didYouMean } from './near-miss.ts'

/** Whose people they are, and by which claim. */
const person = { issuer: z.unknown().optional(), subjectClaim: z.unknown().default('sub') }
const nobody = { issuer: undefined, subjectClaim: 'sub' }

// Only what the rules read of each entry, so that they work even where the file has other faults.
const outline = z.object({
  providers: z.array(z.object({ id: z.unknown(), ...person }).catch({ id: undefined, ...nobody })).catch([]),
  trustedIssuers: z.array(z.object(person).catch(nobody)).catch([]),
  operators: z.array(z.object({ issuer: z.unknown() }).catch({ issuer: undefined })).catch([]),
  backends: z
    .array(
      z
        .object({
          name: z.unknown(),
          providers: z.array(z.unknown()).catch([]),
          token: z.union([z.string().transform((one) => [one]), z.array(z.unknown())]).catch([]),
          audience: z.unknown().optional(),
        })
        .catch({ name: undefined, providers: [], token: [], audience: undefined }),
    )
    .catch([]),
  clients: z
    .array(
      z
        .object({
          client_id: z.unknown(),
          resource_servers: z.array(z.unknown()).catch([]),
          handoff: z.object({ targets: z.array(z.unknown()).catch([]) }).catch({ targets: [] }),
        })
        .catch({ client_id: undefined, resource_servers: [], handoff: { targets: [] } }),
    )
    .catch([]),
  handoff: z.object({ binding: z.unknown() }).catch({ binding: undefined }),
  trustedProxies: z.array(z.unknown()).catch([]),
  languages: z.array(z.unknown()).catch(usualLanguages),
  messages: z.record(z.string(), z.unknown()).catch({}),
})

/**
 * Faults between the sections of a configuration file, which the schema of a section cannot see. Never
 * throws.
 */
export function crossFaults(file: unknown): string[] {
  const { data } = outline.safeParse(file)
  if (!data) return []
  const ids = data.providers.map(({ id }) => id)
  const clientIds = data.clients.map(({ client_id }) => client_id)
  return [
    ...repeated('providers', 'id', ids),
    ...repeated(
      'trustedIssuers',
      'issuer',
      data.trustedIssuers.map(({ issuer }) => issuer),
    ),
    ...repeated(
      'operators',
      'issuer',
      data.operators.map(({ issuer }) => issuer),
    ),
    ...repeated(
      'backends',
      'name',
      data.backends.map(({ name }) => name),
    ),
    ...repeated('clients', 'client_id', clientIds),
    ...data.backends.flatMap(({ token, providers, audience }, index) => [
      ...(token.includes('provider') && providers.length === 0
        ? [`backends[${index}].providers: name the providers whose access tokens may be sent there`]
        : []),
      ...(token.includes('baton') && audience === undefined
        ? [`backends[${index}].audience: a backend that takes Baton's own tokens needs an audience`]
        : []),
    ]),
    ...data.trustedIssuers.flatMap(({ issuer, subjectClaim }, index) =>
      data.providers
        .filter((provider) => issuer !== undefined && provider.issuer === issuer)
        .filter((provider) => provider.subjectClaim !== subjectClaim)
        .map(
          ({ id, subjectClaim: other }) =>
            `trustedIssuers[${index}].subjectClaim: "${subjectClaim}" here and "${other}" at provider ` +
            `"${id}" of the same issuer make two people of each person: set the same claim`,
        ),
    ),
    ...data.clients.flatMap(({ client_id, resource_servers, handoff }, index) => [
      ...unknown(`clients[${index}] (${client_id}).resource_servers`, resource_servers, clientIds),
      ...unknown(`clients[${index}] (${client_id}).handoff.targets`, handoff.targets, clientIds),
    ]),
    ...(data.handoff.binding === 'ip' && data.trustedProxies.length === 0
      ? ['handoff.binding: "ip" needs trustedProxies, as the addresses of callers come from there']
      : []),
    ...data.backends.flatMap(({ providers }, index) =>
      providers.flatMap((id, position) =>
        typeof id !== 'string' || ids.includes(id)
          ? []
          : [`backends[${index}].providers[${position}]: there is no provider "${id}"${meant(id, ids)}`],
      ),
    ),
    ...Object.keys(data.messages)
      .filter((tag) => knownLanguages.includes(tag) && !data.languages.includes(tag))
      .map((tag) => `messages.${tag}: nobody sees these, as "${tag}" is not in \`languages\`: add it there`),
  ]
}

function unknown(place: string, named: unknown[], known: unknown[]): string[] {
  return named.flatMap((id, index) =>
    typeof id !== 'string' || known.includes(id)
      ? []
      : [`${place}[${index}]: there is no client "${id}"${meant(id, known)}`],
  )
}

function repeated(list: string, key: string, values: unknown[]): string[] {
  return values.flatMap((value, index) =>
    value !== undefined && values.indexOf(value) !== index
      ? [`${list}[${index}].${key}: "${value}" appears more than once`]
      : [],
  )
}

function meant(id: string, known: unknown[]): string {
  return didYouMean(
    id,
    known.filter((one) => typeof one === 'string'),
  )
}
