'use client'

import { useEffect } from 'react'
import { keepSettling } from '#components/settle.ts'

/** Makes the buttons that settle wait again whenever the page comes to light. */
export function Resettle() {
  useEffect(keepSettling, [])
  return null
}
