import { Button } from '#components/button.tsx'

/** Two buttons, one answer. Works without JavaScript. */
export function ConsentForm({ action, fields }: { action: string; fields: Record<string, string> }) {
  return (
    <form method="post" action={action} className="flex flex-col gap-4">
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <Button type="submit" name="answer" value="allow" className="w-full">
        Continue
      </Button>
      <Button type="submit" name="answer" value="deny" look="quiet" className="w-full">
        Cancel
      </Button>
    </form>
  )
}
