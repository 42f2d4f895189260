/** The pictures of `docs/screenshots.md`: samples of `/preview`, and what one sees on them. */
export const screenshots = [
  {
    title: 'Sign in',
    text: 'The ways to sign in, to which application a person goes on, and which way they came last.',
    shots: [
      { sample: 'sign-in-application', language: 'en', scheme: 'light', width: 390 },
      { sample: 'sign-in-application', language: 'ar', scheme: 'dark', width: 390 },
    ],
  },
  {
    title: 'Home',
    text: 'The applications that the session may go on to, and the code that takes it to another device.',
    shots: [
      { sample: 'home', language: 'en', scheme: 'light', width: 1280 },
      { sample: 'home-code-shown', language: 'de', scheme: 'dark', width: 390 },
      { sample: 'home-code-asking', language: 'en', scheme: 'light', width: 390 },
    ],
  },
  {
    title: 'A hand-off',
    text: 'What the other device asks, who is signed in there already, and the number that both show.',
    shots: [
      { sample: 'handoff', language: 'en', scheme: 'light', width: 390 },
      { sample: 'handoff-asking', language: 'fr', scheme: 'dark', width: 390 },
      { sample: 'handoff-gone-used', language: 'es', scheme: 'light', width: 390 },
    ],
  },
  {
    title: 'Consent',
    text: 'Which application asks, where it leads, who one is, and what it wants to know.',
    shots: [
      { sample: 'consent', language: 'en', scheme: 'dark', width: 390 },
      { sample: 'consent', language: 'ja', scheme: 'light', width: 390 },
    ],
  },
  {
    title: 'Another device',
    text: 'A browser or a television that asks to be signed in, and the device that says yes.',
    shots: [
      { sample: 'another-device-waiting', language: 'en', scheme: 'light', width: 390 },
      { sample: 'device-browser', language: 'de', scheme: 'light', width: 390 },
    ],
  },
  {
    title: 'Sessions and activity',
    text: 'Where a person is signed in, which applications know them, and what became of each hand-off.',
    shots: [
      { sample: 'sessions', language: 'en', scheme: 'light', width: 1280 },
      { sample: 'activity', language: 'en', scheme: 'dark', width: 1280 },
    ],
  },
] as const

type Shot = (typeof screenshots)[number]['shots'][number]

/** The file of a picture, from `docs/`. */
export function fileOf({ sample, language, scheme, width }: Shot): string {
  return `screenshots/${sample}-${language}-${scheme}-${width}.png`
}

/** The text of `docs/screenshots.md`. */
export function screenshotsPage(): string {
  const parts = screenshots.map(({ title, text, shots }) => {
    const pictures = shots.map((shot) => `![${describe(shot, title)}](${fileOf(shot)})`)
    return `## ${title}\n\n${text}\n\n${pictures.join('\n')}\n`
  })
  return `# What people see\n\n${intro}\n\n${parts.join('\n')}`
}

const intro = [
  'Each picture is a sample of `/preview`, which the demo shows whole: every page in every state, language,',
  'width and colour scheme. `npm run docs:screenshots` takes them anew. The name and the colours are an',
  "operator's: see [branding](branding.md) and [languages](languages.md).",
].join('\n')

const languages = { en: 'English', de: 'German', fr: 'French', es: 'Spanish', ja: 'Japanese', ar: 'Arabic' }

function describe({ language, scheme, width }: Shot, title: string): string {
  const device = width === 390 ? 'a phone' : 'a desktop'
  return `${title} in ${languages[language]} on ${device}, in ${scheme} colours`
}
