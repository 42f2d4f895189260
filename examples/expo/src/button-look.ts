import { useColors } from './colors.ts'

export type Rank = {
  /** What most people want here. */
  first?: boolean
  /** What few people want here. */
  quiet?: boolean
}

/** The shape of all buttons. */
export const button = {
  minHeight: 48,
  alignItems: 'center',
  justifyContent: 'center',
  paddingTop: 8,
  paddingBottom: 8,
  paddingLeft: 16,
  paddingRight: 16,
  borderWidth: 1,
  borderStyle: 'solid',
  borderRadius: 12,
} as const

/** The letters on all buttons. */
export const letters = { fontSize: 17, fontWeight: '600' } as const

/** The colours of a button. */
export function useButtonColors({ first, quiet }: Rank) {
  const { accent, onAccent } = useColors()
  return {
    backgroundColor: first ? accent : 'transparent',
    borderColor: quiet ? 'transparent' : accent,
    color: first ? onAccent : accent,
  }
}
