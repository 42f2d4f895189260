import type { ReactNode } from 'react'
import type { Say } from '#lib/languages/say.ts'

/**
 * Has the script go to this path of Baton's after so many seconds, while somebody looks; without JavaScript
 * the browser itself goes there.
 */
export function TryAgain({ at, seconds, say }: { at: string; seconds: number; say: Say }) {
  const count = (text: ReactNode) => (
    <span key="count" data-left={seconds}>
      {text}
    </span>
  )
  return (
    <>
      <p
        data-again={at}
        data-over={say.t('problem.again')}
        className="text-center text-soft text-sm tabular-nums"
      >
        {say.t.rich('problem.againIn', { seconds, count })}
      </p>
      <noscript>
        <meta httpEquiv="refresh" content={`${seconds};url=${at}`} />
      </noscript>
    </>
  )
}
