import type { ReactNode } from 'react'
import { StyleSheet, Text } from 'react-native'
import { useColors } from './colors.ts'

export function Title({ children }: { children: ReactNode }) {
  const { ink } = useColors()
  return (
    <Text role="heading" style={[styles.title, { color: ink }]}>
      {children}
    </Text>
  )
}

export function Paragraph({ children }: { children: ReactNode }) {
  const { soft } = useColors()
  return <Text style={[styles.paragraph, { color: soft }]}>{children}</Text>
}

export function Failure({ children }: { children: ReactNode }) {
  const { wrong } = useColors()
  return (
    <Text role="alert" style={[styles.paragraph, { color: wrong }]}>
      {children}
    </Text>
  )
}

const styles = StyleSheet.create({
  title: { fontSize: 32, fontWeight: '700', marginBottom: 4 },
  paragraph: { fontSize: 17, lineHeight: 25, marginBottom: 8 },
})
