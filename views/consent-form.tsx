import { Button } from '#components/button.tsx'
import { Fields } from './fields.tsx'

/** Two buttons, one answer. Works without JavaScript. */
export function ConsentForm({ action, fields }: { action: string; fields: Record<string, string> }) {
  return (
    <form method="post" action={action} className="flex flex-col gap-4">
      <Fields fields={fields} />
      <Button type="submit" name="answer" value="allow" className="settle w-full">
        Continue
      </Button>
      <Button type="submit" name="answer" value="deny" look="quiet" className="w-full">
        Cancel
      </Button>
    </form>
  )
}
