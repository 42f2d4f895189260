'use client'

import { useEffect, useState } from 'react'
import { Button, LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'

export default function PageError({ reset }: { reset: () => void }) {
  const [reference, setReference] = useState<string>()
  // The layout has put it there.
  useEffect(() => setReference(document.documentElement.dataset.requestId), [])
  return (
    <SinglePanel title="Something went wrong here">
      <p className="text-soft">
        Your session is untouched. Try again. If it keeps happening, ask the people who run this site.
      </p>
      {reference && (
        <p className="text-soft text-sm">
          Reference: <code>{reference}</code>
        </p>
      )}
      <Button onClick={reset}>Try again</Button>
      <LinkButton href="/" look="quiet">
        Home
      </LinkButton>
    </SinglePanel>
  )
}
