import { z } from 'zod'
import { faultOfMessage } from '#lib/languages/own-message.ts'

export const messages = z
  .record(z.string(), z.record(z.string(), z.string()))
  .default({})
  .superRefine((own, context) => {
    for (const [language, texts] of Object.entries(own))
      for (const [key, text] of Object.entries(texts)) {
        const message = faultOfMessage(language, key, text)
        if (message) context.addIssue({ code: 'custom', path: [language, key], message })
      }
  })
  .meta({
    description:
      "Messages of your own in place of Baton's, by language and key. The keys are those of the files in " +
      '`messages/`, with dots: see [languages](languages.md). The syntax is that of ICU.',
    examples: [{ en: { 'home.welcome': 'One account for everything at Example' } }],
  })
