import { scopeWords } from '#components/scope-words.ts'
import type { Say } from '#lib/languages/say.ts'

/** What an application asks to know of a person: always who it is; and whether it asks to stay signed in. */
export function AskedScopes({ scopes, say }: { scopes: readonly string[]; say: Say }) {
  return (
    <>
      <ul className="flex list-disc flex-col gap-1 ps-5">
        {[say.t('consent.you'), ...scopeWords(scopes, say)].map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
      {scopes.includes('offline_access') && <p className="text-soft">{say.t('consent.stays')}</p>}
    </>
  )
}
