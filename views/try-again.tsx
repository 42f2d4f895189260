/**
 * Has the script go to this path of Baton's after so many seconds, while somebody looks; without JavaScript
 * the browser itself goes there.
 */
export function TryAgain({ at, seconds }: { at: string; seconds: number }) {
  return (
    <>
      <p
        data-again={at}
        data-seconds={seconds}
        data-left="This page tries again by itself in % s."
        data-over="Trying again …"
        className="text-center text-soft text-sm tabular-nums"
      >
        This page tries again by itself in {seconds} s.
      </p>
      <noscript>
        <meta httpEquiv="refresh" content={`${seconds};url=${at}`} />
      </noscript>
    </>
  )
}
