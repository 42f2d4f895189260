import type { ComponentType, ReactNode } from 'react'

export declare const AppState: {
  addEventListener(type: 'change', listener: (state: string) => void): { remove(): void }
}

export declare const Text: ComponentType<{ children?: ReactNode }>
