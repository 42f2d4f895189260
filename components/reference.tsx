/**
 * By what an administrator finds the log line of a failure: the id of the failed request, as it came in a
 * page's address. Shows nothing for what is no such id.
 */
export function Reference({ id }: { id: unknown }) {
  if (typeof id !== 'string' || !/^[\w.=-]{8,128}$/.test(id)) return null
  return (
    <p className="text-sm">
      Reference: <code className="select-all">{id}</code>
    </p>
  )
}
