import { z } from 'zod'

const schema = z.object({
  browser: z.string().nullable(),
  system: z.string().nullable(),
  address: z.string().nullable(),
  isTold: z.boolean(),
  isDoubtful: z.boolean(),
})

/**
 * What runs on one side of a hand-off or began a session, as its request shows it: browser, operating system
 * and address, `null` where unknown. `isTold` says whether the address tells one place from another,
 * `isDoubtful` that the request names two.
 */
export type Device = z.output<typeof schema>

/** A device as text for the database. */
export function deviceText(device: Device): string {
  return JSON.stringify(device)
}

/** The device of such a text; `undefined` where there is none. */
export function deviceOfText(text: string | null): Device | undefined {
  return text === null ? undefined : schema.parse(JSON.parse(text))
}
