'use client'

import { Button, LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'

export default function PageError({ reset }: { reset: () => void }) {
  return (
    <SinglePanel title="Something went wrong here">
      <p className="text-soft">
        Your session is untouched. Try again; if it stays, whoever runs this site finds it in the log.
      </p>
      <Button onClick={reset}>Try again</Button>
      <LinkButton href="/" look="quiet">
        Home
      </LinkButton>
    </SinglePanel>
  )
}
