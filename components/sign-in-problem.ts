const sentences: Record<string, string> = {
  CannotStart:
    'The provider does not answer at the moment. Try again in a minute. ' +
    'If it keeps happening, ask the people who run this site.',
  Configuration:
    'Signing in did not work. Start again from the beginning. ' +
    'If it keeps happening, ask the people who run this site.',
  AccessDenied: 'The provider did not let you in, or you cancelled. Try again, or use another account.',
  Verification: 'This link has been used already or has expired. Start again.',
  SessionRequired: 'Sign in to see that page.',
}

/** The sentence for an error that Auth.js names in a page's address. */
export function signInProblem(error: string): string {
  return (
    (Object.hasOwn(sentences, error) && sentences[error]) || 'Signing in did not work this time. Try again.'
  )
}
