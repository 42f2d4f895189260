const sentences: Record<string, string> = {
  CannotStart:
    'The provider does not answer at the moment. Try again in a minute; if it stays, whoever runs this site finds the reason in the log.',
  Configuration:
    'Signing in did not work. Start again from the beginning; if it keeps happening, whoever runs this site finds the reason in the log.',
  AccessDenied: 'The provider did not let you in, or you cancelled. Try again, or use another account.',
  Verification: 'This link has been used already or has expired. Start again.',
  SessionRequired: 'Sign in to see that page.',
}

/** What to tell a person about an error that Auth.js names in a page's address. */
export function signInProblem(error: string): string {
  return sentences[error] ?? 'Signing in did not work this time. Try again.'
}
