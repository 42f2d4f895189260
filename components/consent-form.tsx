import { Button } from './button.tsx'

/** Two buttons, one answer. Works without JavaScript. */
export function ConsentForm({ action }: { action: string }) {
  return (
    <form method="post" action={action} className="flex flex-col gap-4">
      <Button type="submit" name="answer" value="allow" className="w-full">
        Continue
      </Button>
      <Button type="submit" name="answer" value="deny" look="quiet" className="w-full">
        Cancel
      </Button>
    </form>
  )
}
