type Words = { title: string; text: string; mayRepeat: boolean }

const unavailable = 'This does not work right now'
const otherServer: Words = {
  title: unavailable,
  text: 'Another server that is needed for this does not answer.',
  mayRepeat: true,
}
const words: Record<string, Words> = {
  csrf: {
    title: 'This was not sent from here',
    text: 'Go back to the page that you came from, load it again and repeat what you did.',
    mayRepeat: true,
  },
  404: {
    title: 'There is no such page',
    text: 'The address may be mistyped, or the page has gone.',
    mayRepeat: false,
  },
  413: { title: 'That was too much', text: 'Go back and send less.', mayRepeat: false },
  421: {
    title: 'This address is not served here',
    text: 'The people who run this site have given it another address.',
    mayRepeat: false,
  },
  429: { title: 'Too many attempts', text: 'Wait a moment before you try again.', mayRepeat: true },
  500: {
    title: 'Something went wrong here',
    text: 'Your session is untouched. If it keeps happening, ask the people who run this site.',
    mayRepeat: true,
  },
  502: otherServer,
  504: otherServer,
  503: {
    title: unavailable,
    text: 'Something that is needed for this does not answer. Nothing is lost; your session is untouched.',
    mayRepeat: true,
  },
}

const notUnderstood: Words = {
  title: 'That did not work',
  text: 'The request was not understood. Go back and try again.',
  mayRepeat: false,
}

/** What a page says of an error, and whether to try again can help. */
export function problemWords({ code, status }: { code: string; status: number }): Words {
  return words[code] ?? words[status] ?? (status >= 500 ? (words[500] as Words) : notUnderstood)
}
