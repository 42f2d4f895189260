'use client'

import { Button, LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'

export default function PageError({ reset }: { reset: () => void }) {
  return (
    <SinglePanel title="Something went wrong here">
      <p className="text-soft">
        Your session is untouched. Try again; if it keeps happening, ask whoever runs this site.
      </p>
      <Button onClick={reset}>Try again</Button>
      <LinkButton href="/" look="quiet">
        Home
      </LinkButton>
    </SinglePanel>
  )
}
