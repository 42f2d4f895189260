'use client'

import { useEffect, useState } from 'react'

/** Goes to this path of Baton's after so many seconds, while somebody looks. */
export function TryAgain({ at, seconds }: { at: string; seconds: number }) {
  const [left, setLeft] = useState(seconds)
  useEffect(() => {
    const timer = setInterval(() => document.hidden || setLeft((before) => Math.max(before - 1, 0)), 1_000)
    return () => clearInterval(timer)
  }, [])
  useEffect(() => {
    if (left === 0) window.location.replace(at)
  }, [left, at])
  return (
    <p className="text-center text-soft text-sm tabular-nums">
      {left > 0 ? `This page tries again by itself in ${left} s.` : 'Trying again …'}
    </p>
  )
}
