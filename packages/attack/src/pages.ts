/** The pages of Baton that anybody may open. */
export const pages = [
  '/',
  '/sign-in',
  '/sign-out',
  '/sessions',
  '/activity',
  '/handoff',
  '/error?error=Configuration',
]
