import { Button } from '#components/button.tsx'
import { endThisSession } from './actions.ts'

/** Signs this browser out, with or without JavaScript. */
export function SignOutForm({ look = 'quiet' }: { look?: 'primary' | 'quiet' }) {
  return (
    <form action={endThisSession}>
      <Button type="submit" look={look} className={look === 'primary' ? 'w-full' : 'w-full sm:w-auto'}>
        Sign out
      </Button>
    </form>
  )
}
