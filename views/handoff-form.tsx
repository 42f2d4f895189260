import type { ReactNode } from 'react'
import { Button } from '#components/button.tsx'
import type { Say } from '#lib/languages/say.ts'
import { CancelButton } from './cancel-button.tsx'
import { Fields } from './fields.tsx'

type Props = {
  action: string
  fields: Record<string, string>
  bound: boolean
  mustAsk: boolean
  label: ReactNode
  cancelLabel: ReactNode
  say: Say
}

/**
 * The form that spends the nonce. Works without JavaScript; `browser/send-handoff.ts` has it send itself
 * where the person need not be asked. (`npm run attack` reads `data-sends-itself` too.)
 */
export function HandoffForm({ action, fields, bound, mustAsk, label, cancelLabel, say: { t } }: Props) {
  return (
    <form
      method="post"
      action={action}
      data-handoff={true}
      data-sends-itself={!mustAsk || undefined}
      className="flex flex-col gap-4"
    >
      <Fields fields={fields} />
      {bound && (
        <label data-verifier={true} className="flex flex-col gap-1.5">
          <span className="font-medium">{t('handoff.open.code')}</span>
          <input
            name="verifier"
            dir="ltr"
            required
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            className="min-h-11 rounded-xl border border-line bg-ground px-3 font-mono"
          />
        </label>
      )}
      {/* Where the person is asked, no answer is more of a button than the other (RFC 10027). */}
      <Button
        type="submit"
        look={mustAsk ? 'quiet' : 'primary'}
        data-sending={t('handoff.open.sending')}
        className="settle w-full"
      >
        <span>{label}</span>
      </Button>
      <CancelButton label={cancelLabel} />
    </form>
  )
}
