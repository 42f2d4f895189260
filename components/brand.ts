/** Whose pages these are. */
export type Brand = {
  name: string
  /** Paths of their logo, for light and dark pages. */
  logo?: { light: string; dark: string } | undefined
  /** The path of their icon. */
  icon?: string | undefined
  /** A style sheet with their colours, and its path. */
  accent?: { style: string; path: string } | undefined
  /** Where the pages lead besides. */
  links: { privacy?: string | undefined; terms?: string | undefined; help?: string | undefined }
}
