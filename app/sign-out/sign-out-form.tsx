import { Button } from '#components/button.tsx'

/** Signs this browser out, with or without JavaScript. */
export function SignOutForm({ look = 'quiet' }: { look?: 'primary' | 'quiet' }) {
  return (
    <form method="post" action="/sign-out">
      <Button type="submit" look={look} className={look === 'primary' ? 'w-full' : 'w-full sm:w-auto'}>
        Sign out
      </Button>
    </form>
  )
}
