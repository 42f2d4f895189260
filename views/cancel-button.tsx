import type { ReactNode } from 'react'
import { Button } from '#components/button.tsx'

/** Declines in the same form: the nonce is no longer good, and the source sees that. */
export function CancelButton({ label }: { label: ReactNode }) {
  return (
    <Button type="submit" name="answer" value="cancel" formNoValidate look="quiet" className="w-full">
      <span>{label}</span>
    </Button>
  )
}
