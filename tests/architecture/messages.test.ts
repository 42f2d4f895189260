import { expect, test } from 'vitest'
import { messagesOf } from '#lib/languages/languages.ts'
import { flatMessages } from '../support/flat-messages.ts'
import { sources, textOf } from './imports.ts'

const pages = sources.filter((file) => /^(app|components|views)\//.test(file)).map(textOf)
const literals = new Set(pages.flatMap((text) => text.match(/'[\w.]+'/g) ?? []))

/** Keys of which a part is found out, as in `problem.${name}.title`: a part of the key for each. */
const templates = pages
  .flatMap((text) => [...text.matchAll(/`((?:[\w.]|\$\{[^}]*\})+)`/g)].map(([, template = '']) => template))
  .filter((template) => /^\w+\.(?:.*\.)?[\w]*\$\{/.test(template))
  .map((template) => {
    const parts = template.split(/\$\{[^}]*\}/).map((part) => part.replaceAll('.', '\\.'))
    return new RegExp(`^${parts.join('([^.]+)')}$`)
  })

// What such a part can be is written somewhere: as a text, or as the name of a property.
const code = sources.filter((file) => file.startsWith('lib/')).map(textOf)
const words = new Set(
  [...pages, ...code]
    .flatMap((text) => text.match(/'\w+'|\b\w+(?=\??:)/g) ?? [])
    .map((word) => word.replaceAll("'", '')),
)

test('each message is said somewhere', () => {
  expect(templates.length).toBeGreaterThan(5)
  const said = (key: string) =>
    literals.has(`'${key}'`) ||
    templates.some((template) =>
      template
        .exec(key)
        ?.slice(1)
        .every((part) => words.has(part)),
    )
  expect([...flatMessages(messagesOf('en')).keys()].filter((key) => !said(key))).toEqual([])
})
