import { Button } from '#components/button.tsx'
import type { Say } from '#lib/languages/say.ts'

/** Signs this browser out, with or without JavaScript. */
export function SignOutForm({ say, look = 'quiet' }: { say: Say; look?: 'primary' | 'quiet' }) {
  return (
    <form method="post" action="/sign-out">
      <Button type="submit" look={look} className={look === 'primary' ? 'w-full' : 'w-full sm:w-auto'}>
        {say.t('signOut.signOut')}
      </Button>
    </form>
  )
}
