import type { Metadata, Viewport } from 'next'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import { PageBody } from '#components/page-body.tsx'
import { themeColors, titleOf } from '#components/page-head.ts'
import { runtime } from '#lib/runtime.ts'
import { currentRequest } from '#lib/telemetry/request-record.ts'
import { browserMessages } from './browser-messages.ts'
import { currentLanguage } from './current-language.ts'
import { FreshOnReturn } from './fresh-on-return.tsx'
import { SayProvider } from './say-provider.tsx'
import './globals.css'

export async function generateMetadata(): Promise<Metadata> {
  const { branding } = runtime().config
  return {
    title: { default: branding.name, template: titleOf('%s', branding) },
    robots: { index: false },
    icons: { icon: branding.icon ?? '/icon.svg' },
    // Phones turn numbers into links otherwise, and hand-off links are not for link previews.
    formatDetection: { telephone: false },
  }
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: themeColors,
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Every page is made for its request: its scripts carry that answer's nonce, and a build has no session to
  // show.
  await connection()
  const { config, languages } = runtime()
  const language = await currentLanguage()
  const others = [...languages.values()].map(({ language, name, direction }) => ({
    language,
    name,
    direction,
  }))
  const { id, page } = currentRequest() ?? {}
  const { accent } = config.branding
  return (
    <html
      lang={language.language}
      dir={language.direction}
      data-scheme={page?.scheme}
      data-request-id={id}
      data-brand={config.branding.name}
    >
      {/* React puts it into the head. */}
      {accent && <link rel="stylesheet" href={accent.path} precedence="default" />}
      <PageBody
        brand={config.branding}
        say={language}
        choice={{ at: page?.at, languages: others }}
        scheme={page?.scheme}
      >
        <SayProvider language={language.language} messages={browserMessages(language.messages)}>
          {children}
        </SayProvider>
        <FreshOnReturn />
      </PageBody>
    </html>
  )
}
