'use client'

import { type FormEvent, useEffect, useState } from 'react'
import { Button } from '#components/button.tsx'
import { Panel } from '#components/panel.tsx'

const box = 'rounded-xl border border-line bg-ground'

type Result = { status: number; text: string } | { failed: string }

/**
 * Calls a backend through the proxy, with the session cookie alone, and shows what it answers. It is for
 * developers, and in English alone.
 */
export function CallBackend({ backends }: { backends: string[] }) {
  return (
    <div lang="en" dir="ltr">
      <Panel title="Call a backend">
        <CallForm backends={backends} />
      </Panel>
    </div>
  )
}

function CallForm({ backends }: { backends: string[] }) {
  const [isReady, setReady] = useState(false)
  const [backend, setBackend] = useState(backends[0])
  const [path, setPath] = useState('/api/authenticated/greeting')
  const [result, setResult] = useState<Result>()
  const [calling, setCalling] = useState(false)

  // Before, the browser would send the form by itself, and load this page again.
  useEffect(() => setReady(true), [])

  if (!backend)
    return (
      <p className="text-soft">
        No backend is configured yet. Add one under <code>backends</code> in the configuration file and
        restart Baton.
      </p>
    )

  const call = async (event: FormEvent) => {
    event.preventDefault()
    setCalling(true)
    try {
      const response = await fetch(`/api/backends/${backend}${path.startsWith('/') ? '' : '/'}${path}`)
      setResult({ status: response.status, text: (await response.text()).slice(0, 2000) })
    } catch {
      setResult({ failed: 'There was no answer. Check your connection and try again.' })
    }
    setCalling(false)
  }

  const field = `${box} min-h-11 w-full px-3`
  return (
    <form onSubmit={call} className="flex flex-col gap-4">
      {backends.length > 1 && (
        <label className="flex flex-col gap-1.5">
          <span className="font-medium text-sm">Backend</span>
          <select value={backend} onChange={(event) => setBackend(event.target.value)} className={field}>
            {backends.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      )}
      <label className="flex flex-col gap-1.5">
        <span className="font-medium text-sm">Path at {backend}</span>
        <input
          value={path}
          onChange={(event) => setPath(event.target.value)}
          autoCapitalize="none"
          spellCheck={false}
          className={`${field} font-mono text-sm`}
        />
      </label>
      <noscript>
        <p className="text-soft">Calling from this page needs JavaScript.</p>
      </noscript>
      <Button
        type="submit"
        disabled={!isReady}
        aria-disabled={calling}
        className="w-full sm:w-auto sm:self-start"
      >
        {calling ? 'Calling …' : 'Call the backend'}
      </Button>
      <output aria-live="polite" className="block empty:hidden">
        {result && <Answer result={result} />}
      </output>
    </form>
  )
}

function Answer({ result }: { result: Result }) {
  if ('failed' in result) return <p className="text-bad">{result.failed}</p>
  const good = result.status < 400
  return (
    <>
      <p className={`font-medium ${good ? 'text-good' : 'text-bad'}`}>
        Status {result.status}
        {result.status === 401 && ': sign in again'}
        {result.status === 403 && ': this session may not call this backend'}
      </p>
      <pre className={`${box} mt-2 max-h-60 overflow-auto whitespace-pre-wrap p-3 text-sm`}>
        {result.text}
      </pre>
    </>
  )
}
