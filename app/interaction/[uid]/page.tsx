import type { Metadata } from 'next'
import { HandoffStep } from '../../handoff-step.tsx'

export const metadata: Metadata = { title: 'Continue' }

export default function InteractionPage() {
  return <HandoffStep />
}
