'use client'

import { Button, LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'

export default function PageError({ reset }: { reset: () => void }) {
  return (
    <SinglePanel title="Something went wrong here">
      <p className="text-soft">
        Your session is untouched. Try again. If it keeps happening, ask the people who run this site.
      </p>
      <Button onClick={reset}>Try again</Button>
      <LinkButton href="/" look="quiet">
        Home
      </LinkButton>
    </SinglePanel>
  )
}
