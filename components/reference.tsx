import type { ReactNode } from 'react'
import type { Say } from '#lib/languages/say.ts'

/**
 * By what an administrator finds the log line of a failure: the id of the failed request, as it came in a
 * page's address. Shows nothing for what is no such id.
 */
export function Reference({ id, say }: { id: unknown; say: Say }) {
  if (typeof id !== 'string' || !/^[\w.=-]{8,128}$/.test(id)) return null
  const code = (text: ReactNode) => (
    <code key="id" dir="ltr" className="select-all">
      {text}
    </code>
  )
  return <p className="text-sm">{say.t.rich('common.reference', { id, code })}</p>
}
