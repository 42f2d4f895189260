import Negotiator from 'negotiator'

/** What a request says of the languages that its person reads. */
type Wish = {
  /** Of the request, or of the authorization request that it belongs to (OpenID Connect Core, 3.1.2.1). */
  uiLocales: string | undefined
  /** What the person has chosen here. */
  chosen: string | undefined
  /** The header `Accept-Language` (RFC 9110, section 12.5.4). */
  accepted: string | undefined
}

/** Tags that are read of one wish; people have a few. */
const most = 10

/** The language for a person, of those that there are; the first of them where none is wished for. */
export function chooseLanguage({ uiLocales, chosen, accepted }: Wish, there: readonly string[]): string {
  return (
    languageAmong(uiLocales, there) ??
    languageAmong(chosen, there) ??
    bestOf(accepted?.split(',', most).join(','), there) ??
    there[0] ??
    'en'
  )
}

/**
 * The language of these tags, the one wished for most before the others and with spaces between them, of
 * those that there are; `undefined` where there is none of them.
 */
export function languageAmong(tags: string | undefined, there: readonly string[]): string | undefined {
  const known = tags?.split(' ').filter((tag) => /^[a-z0-9-]{2,35}$/i.test(tag))
  // A header says by quality that each tag is wished for less than the one before it.
  const wish = known
    ?.slice(0, most)
    .map((tag, index) => `${tag};q=${1 - index / most}`)
    .join(',')
  return bestOf(wish, there)
}

function bestOf(wish: string | undefined, there: readonly string[]): string | undefined {
  return wish ? new Negotiator({ headers: { 'accept-language': wish } }).language([...there]) : undefined
}
