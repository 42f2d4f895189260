/** Why a sign-in did not work, in words for the person. */
type SignInProblem = {
  title: string
  text: string
  /** Trying again cannot help: somebody has to mend something first. */
  isFinal?: true
}

const unavailable: SignInProblem = {
  title: 'Try again in a minute',
  text:
    'The provider does not answer at the moment. Try again in a minute. ' +
    'If it keeps happening, tell your administrator.',
}

const problems: Record<string, SignInProblem> = {
  CannotStart: unavailable,
  Unavailable: unavailable,
  Configuration: {
    title: 'Tell your administrator',
    text:
      'Sign-in is not set up correctly here, so trying again does not help. ' +
      'Tell your administrator what you see on this page.',
    isFinal: true,
  },
  AccessDenied: {
    title: 'You are not signed in',
    text: 'You cancelled, or the provider did not let you in. Try again, or use another account.',
  },
  NotAllowed: {
    title: 'This account may not sign in here',
    text:
      'The provider knows you, but this site does not let that account in. ' +
      'Use another account, or ask your administrator.',
  },
  Expired: {
    title: 'Start again',
    text: 'This sign-in took too long, or its tab was left from an earlier one. Start again.',
  },
}

const unknown: SignInProblem = {
  title: 'That did not work',
  text: 'Signing in did not work this time. Try again. If it keeps happening, tell your administrator.',
}

/** What a page says for the error in its address, whoever wrote that. */
export function signInProblem(error: unknown): SignInProblem {
  return (typeof error === 'string' && Object.hasOwn(problems, error) && problems[error]) || unknown
}
