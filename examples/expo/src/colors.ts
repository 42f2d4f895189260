import { useColorScheme } from 'react-native'

const light = {
  paper: '#ffffff',
  ink: '#16202a',
  soft: '#52606d',
  accent: '#0b57d0',
  onAccent: '#ffffff',
  wrong: '#b3261e',
}

const dark: typeof light = {
  paper: '#101418',
  ink: '#eef2f6',
  soft: '#a4b1bd',
  accent: '#8ab4f8',
  onAccent: '#0b1a33',
  wrong: '#f2b8b5',
}

/** The colours of the person's light or dark setting. */
export function useColors(): typeof light {
  return useColorScheme() === 'dark' ? dark : light
}
