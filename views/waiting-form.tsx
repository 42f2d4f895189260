import { Button } from '#components/button.tsx'
import { CancelButton } from './cancel-button.tsx'
import { Fields } from './fields.tsx'

/**
 * The form that asks whether the source has approved this browser: `browser/wait-for-approval.ts` sends it
 * again and again, and without JavaScript the person does.
 */
export function WaitingForm({ action, fields }: { action: string; fields: Record<string, string> }) {
  return (
    <form method="post" action={action} data-waits={true} className="flex flex-col gap-4">
      <Fields fields={fields} />
      <p
        role="status"
        data-failed="There was no answer. Trying again …"
        className="text-soft data-bad:text-bad"
      >
        This page goes on by itself.
      </p>
      <noscript>
        <Button type="submit" className="w-full">
          Go on
        </Button>
      </noscript>
      <CancelButton label="Cancel" />
    </form>
  )
}
