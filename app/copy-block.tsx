'use client'

import { useEffect, useRef, useState } from 'react'
import { Button } from '#components/button.tsx'

/** A text to copy: by its button, or where that cannot work, by selecting it with one press. */
export function CopyBlock({ what, text }: { what: string; text: string }) {
  const block = useRef<HTMLPreElement>(null)
  const [canCopy, setCanCopy] = useState(false)
  const [isCopied, setCopied] = useState(false)
  // Browsers have a clipboard for secure origins alone.
  useEffect(() => setCanCopy('clipboard' in navigator), [])
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      // Without the permission it stays selected, ready for the keyboard.
      () => block.current && getSelection()?.selectAllChildren(block.current),
    )
  return (
    <>
      <pre
        ref={block}
        className="select-all whitespace-pre-wrap rounded-xl border border-line bg-ground p-3 text-sm"
      >
        {text}
      </pre>
      {canCopy && (
        <Button look="quiet" onClick={copy} className="w-full sm:w-auto sm:self-start">
          {isCopied ? 'Copied' : `Copy the ${what}`}
        </Button>
      )}
    </>
  )
}
