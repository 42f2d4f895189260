'use client'

import dynamic from 'next/dynamic'

// Where it is not shown, a browser loads nothing of it.
const CallBackend = dynamic(async () => (await import('./call-backend.tsx')).CallBackend)

/** What calls a backend, for developers. */
export function DeveloperTool({ backends }: { backends: string[] }) {
  return <CallBackend backends={backends} />
}
