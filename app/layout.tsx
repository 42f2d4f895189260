import type { Metadata, Viewport } from 'next'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import { PageBody } from '#components/page-body.tsx'
import { themeColors, titleTemplate } from '#components/page-head.ts'
import { currentRequest } from '#lib/telemetry/request-record.ts'
import './globals.css'

export const metadata: Metadata = {
  title: { default: 'Baton', template: titleTemplate },
  robots: { index: false },
  icons: { icon: '/icon.svg' },
  // Phones turn numbers into links otherwise, and hand-off links are not for link previews.
  formatDetection: { telephone: false },
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
  return (
    <html lang="en" data-request-id={currentRequest()?.id}>
      <PageBody>{children}</PageBody>
    </html>
  )
}
