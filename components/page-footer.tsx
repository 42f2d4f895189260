import type { ReactNode } from 'react'
import type { Say } from '#lib/languages/say.ts'
import type { Brand } from './brand.ts'

/** The languages that a page can be shown in, and at which path of Baton's; without one, it cannot. */
export type LanguageChoice = {
  at: string | undefined
  languages: readonly { language: string; name: string; direction: 'ltr' | 'rtl' }[]
}

type Props = { brand: Brand; say: Say; choice: LanguageChoice }

const foot = 'mx-auto flex w-full max-w-5xl flex-wrap items-start gap-x-6 gap-y-3 px-5 pb-6'
const link = 'underline-offset-4 hover:underline'

/** Where the pages lead besides, and the choice of the language. */
export function PageFooter({ brand: { links }, say, choice: { at, languages } }: Props) {
  const isOffered = at !== undefined && languages.length > 1
  const others = (['help', 'privacy', 'terms'] as const).filter((name) => links[name] !== undefined)
  if (!isOffered && others.length === 0) return null
  return (
    <footer className={`${foot} text-sm text-soft`}>
      {others.map((name) => (
        <a key={name} href={links[name]} className={`${link} inline-flex min-h-6 items-center`}>
          {say.t(`layout.${name}`)}
        </a>
      ))}
      {isOffered && <LanguagePicker say={say} at={at} languages={languages} />}
    </footer>
  )
}

function LanguagePicker({ say, at, languages }: LanguageChoice & { say: Say }) {
  const current = languages.find(({ language }) => language === say.language)
  return (
    <details className="min-w-0">
      <summary className={`${link} min-h-6 cursor-pointer`}>
        {say.t.rich('layout.language', { language: current?.name ?? '', name: isolated })}
      </summary>
      <form method="post" action="/language" className="mt-2 flex flex-wrap gap-x-4 gap-y-1">
        <input type="hidden" name="callbackUrl" value={at} />
        {languages.map(({ language, name, direction }) => (
          <button
            key={language}
            type="submit"
            name="language"
            value={language}
            lang={language}
            dir={direction}
            aria-current={language === say.language || undefined}
            className="choice"
          >
            {name}
          </button>
        ))}
      </form>
    </details>
  )
}

function isolated(name: ReactNode): ReactNode {
  return <bdi key="name">{name}</bdi>
}
