import { Button } from '#components/button.tsx'
import type { Say } from '#lib/languages/say.ts'
import { CancelButton } from './cancel-button.tsx'
import { Fields } from './fields.tsx'

type Props = { action: string; fields: Record<string, string>; say: Say }

/**
 * The form that asks whether the source has approved this browser: `browser/wait-for-approval.ts` sends it
 * again and again, and without JavaScript the person does.
 */
export function WaitingForm({ action, fields, say: { t } }: Props) {
  return (
    <form method="post" action={action} data-waits={true} className="flex flex-col gap-4">
      <Fields fields={fields} />
      <p role="status" data-failed={t('handoff.asking.failed')} className="text-soft data-bad:text-bad">
        {t('handoff.asking.waiting')}
      </p>
      <noscript>
        <Button type="submit" className="w-full">
          {t('handoff.asking.goOn')}
        </Button>
      </noscript>
      <CancelButton label={t('handoff.asking.cancel')} />
    </form>
  )
}
