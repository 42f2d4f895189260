import { z } from 'zod'
import { knownLanguages } from '#lib/languages/languages.ts'

/** Languages that pages are offered in, in this order, the first for people who name none of them. */
export const usualLanguages = ['en', 'de', 'fr', 'es', 'ja', 'ar']

export const languages = z
  .array(z.string())
  .min(1, 'name at least one language')
  .superRefine((tags, context) => {
    for (const [index, tag] of tags.entries()) {
      if (!knownLanguages.includes(tag))
        context.addIssue({
          code: 'custom',
          path: [index],
          message: `there are no messages in "${tag}"; there are ${knownLanguages.join(', ')}`,
        })
      if (tags.indexOf(tag) !== index)
        context.addIssue({ code: 'custom', path: [index], message: `"${tag}" appears more than once` })
    }
  })
  .default(usualLanguages)
  .meta({
    description:
      'Languages that pages are in (BCP 47). A person gets the one that an application asks for ' +
      '(`ui_locales`), else the one they have chosen on a page, else the one their browser prefers, else ' +
      'the first. See [languages](languages.md).',
    examples: [['de', 'en']],
  })
