import type { Metadata, Viewport } from 'next'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import { Wordmark } from '#components/wordmark.tsx'
import { currentRequest } from '#lib/telemetry/request-record.ts'
import './globals.css'

const page = 'flex min-h-dvh flex-col'

export const metadata: Metadata = {
  title: { default: 'Baton', template: '%s · Baton' },
  robots: { index: false },
  icons: { icon: '/icon.svg' },
  // Phones turn numbers into links otherwise, and hand-off links are not for link previews.
  formatDetection: { telephone: false },
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f5f5f3' },
    { media: '(prefers-color-scheme: dark)', color: '#131415' },
  ],
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Every page is made for its request: its scripts carry that answer's nonce, and a build has no session to
  // show.
  await connection()
  return (
    <html lang="en" data-request-id={currentRequest()?.id}>
      <body className={`${page} bg-ground font-sans text-base text-ink antialiased wrap-anywhere`}>
        <header className="mx-auto w-full max-w-5xl px-5 py-5">
          <Wordmark />
        </header>
        <main className="mx-auto flex w-full max-w-5xl flex-1 flex-col px-5 pb-12">{children}</main>
      </body>
    </html>
  )
}
