const sentences: Record<string, string> = {
  CannotStart:
    'The provider does not answer at the moment. Try again in a minute; if it keeps happening, ask whoever runs this site.',
  Configuration:
    'Signing in did not work. Start again from the beginning; if it keeps happening, ask whoever runs this site.',
  AccessDenied: 'The provider did not let you in, or you cancelled. Try again, or use another account.',
  Verification: 'This link has been used already or has expired. Start again.',
  SessionRequired: 'Sign in to see that page.',
}

/** What to tell a person about an error that Auth.js names in a page's address. */
export function signInProblem(error: string): string {
  return (
    (Object.hasOwn(sentences, error) && sentences[error]) || 'Signing in did not work this time. Try again.'
  )
}
