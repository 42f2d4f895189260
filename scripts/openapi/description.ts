import type { z } from 'zod'
import type { Method } from '#lib/endpoints/endpoint.ts'
import type { ErrorCode } from '#lib/oauth/error.ts'
import type { HeaderName } from './headers.ts'
import type { Proof } from './proofs.ts'

/** A group of addresses, as a reader looks for them. */
export type Group = { name: string; description: string; addresses: readonly Address[] }

/** What is seen from outside of an address. */
export type Address = {
  /** The path, with its parameters in braces; `{path}` alone may have slashes. */
  path: string
  /** The path of its row in the table of endpoints, where that is another one. */
  row?: string
  /** What the parameters of the path are. */
  parameters?: Readonly<Record<string, z.ZodType>>
  /** The operations; HEAD and preflights follow from the others and from the table. */
  operations: Partial<Record<Method, Operation>>
}

/** What an operation takes, and all that it answers. */
export type Operation = {
  id: string
  summary: string
  description?: string
  /** The standards that say what it does, with their sections. */
  standard?: string
  /** Who calls: each of these is enough. Default: anybody. */
  proofs?: readonly Proof[]
  query?: z.ZodObject
  headers?: z.ZodObject
  form?: z.ZodObject | z.ZodDiscriminatedUnion
  json?: z.ZodType
  /** Refusals are pages where a browser asks, though the table of endpoints does not say so. */
  showsErrors?: true
  /** Passes on whatever another server answers. */
  passesOn?: true
  /** Takes a body of any media type. */
  takesAnything?: true
  answers: Readonly<Record<number, Answer>>
  /** Refusals with the codes of Baton's, and when they come. */
  errors?: Errors
  /** Refusals of the OpenID Provider's, by their status. */
  errorsOfProvider?: Readonly<Record<number, Readonly<Record<string, string>>>>
}

export type Errors = Partial<Record<ErrorCode, string>>

/** An answer that is no refusal in JSON; without a body where none is named. */
export type Answer = {
  description: string
  headers?: readonly HeaderName[]
  json?: z.ZodType
  /** A page. */
  html?: true
  /** A body of this other media type; `*` + `/*` for what another server answers. */
  mediaType?: string
  /** A file of one of these media types. */
  fileTypes?: readonly string[]
  example?: string
}

/** Rows of the table, or methods of them, where there is nothing to describe, and why. */
export type Nothing = { row: string; methods: readonly Method[]; why: string }
