import { endThisSession } from '#app/sign-out/actions.ts'
import { Button } from './button.tsx'

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
