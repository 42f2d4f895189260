import { readFile, stat } from 'node:fs/promises'
import { dirname, extname, resolve } from 'node:path'
import type { z } from 'zod'
import { accentStyle, type Scheme } from './accent.ts'
import type { branding } from './branding.ts'
import { imageOf, largestImage, type VersionedFile, versioned } from './image.ts'

/** Whose pages these are, to those who see them. */
export type Brand = {
  name: string
  /** Paths of their logo, for light and dark pages. */
  logo: Record<Scheme, string> | undefined
  /** The path of their icon. */
  icon: string | undefined
  /** A style sheet with colours in place of Baton's, and its path. */
  accent: { style: string; path: string } | undefined
  links: { privacy?: string | undefined; terms?: string | undefined; help?: string | undefined }
}

/** Pictures of an operator, and the style sheet of their accent, by the last part of the paths of both. */
export type BrandFiles = ReadonlyMap<string, VersionedFile>

const types: Record<string, string> = {
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
}

type Given = z.output<typeof branding>

/**
 * The brand of a configuration file, whose pictures are read from where it is. Adds to `faults` what is no
 * such picture.
 */
export async function brandOf(
  { name, logo, icon, accentColor, links }: Given,
  configurationFile: string,
  faults: string[],
): Promise<{ branding: Brand; brandFiles: BrandFiles }> {
  const [logos, colours] = [bothOf(logo), bothOf(accentColor)]
  const isOneLogo = typeof logo === 'string'
  const asked = [
    { name: 'logo-light', setting: isOneLogo ? 'logo' : 'logo.light', file: logos?.light },
    { name: 'logo-dark', setting: 'logo.dark', file: isOneLogo ? undefined : logos?.dark },
    { name: 'icon', setting: 'icon', file: icon },
  ]
  const found = asked.map(async ({ name, setting, file }) => {
    if (file === undefined) return []
    const read = await pictureIn(resolve(dirname(configurationFile), file))
    if ('fault' in read) faults.push(`${configurationFile}: branding.${setting}: ${file} ${read.fault}`)
    return 'fault' in read ? [] : [[name, read.image] as const]
  })
  const style = colours && accentStyle(colours)
  const brandFiles = new Map((await Promise.all(found)).flat())
  if (style !== undefined) brandFiles.set('accent.css', versioned(Buffer.from(style), 'text/css'))
  const pathOf = (name: string) => {
    const file = brandFiles.get(name)
    return file && `/brand/${name}?v=${file.version}`
  }
  const [light, path] = ['logo-light', 'accent.css'].map(pathOf)
  return {
    branding: {
      name,
      links,
      logo: light === undefined ? undefined : { light, dark: pathOf('logo-dark') ?? light },
      icon: pathOf('icon'),
      accent: style === undefined || path === undefined ? undefined : { style, path },
    },
    brandFiles,
  }
}

function bothOf(given: string | Record<Scheme, string> | undefined): Record<Scheme, string> | undefined {
  return typeof given === 'string' ? { light: given, dark: given } : given
}

async function pictureIn(path: string): Promise<{ image: VersionedFile } | { fault: string }> {
  const type = types[extname(path).toLowerCase()]
  if (type === undefined) return { fault: 'has another type; give a file that ends in .svg, .png or .webp' }
  // A pipe would be waited for, and a device read without an end.
  const stats = await stat(path).catch(asError)
  if (stats instanceof Error) return unread(stats, path)
  if (!stats.isFile()) return { fault: 'is no regular file; give the path of a file' }
  if (stats.size > largestImage)
    return { fault: `has ${Math.ceil(stats.size / 1000)} kB; make it at most ${largestImage / 1000} kB` }
  const bytes = await readFile(path).catch(asError)
  if (bytes instanceof Error) return unread(bytes, path)
  const image = imageOf(bytes)
  if (image?.type !== type) return { fault: `is not what its name says, by its first bytes; export it anew` }
  return { image }
}

function asError(error: NodeJS.ErrnoException): NodeJS.ErrnoException {
  return error
}

function unread({ code }: NodeJS.ErrnoException, path: string): { fault: string } {
  const advice = 'beside its configuration; mend the path, or let Baton read the file'
  return { fault: `cannot be read (${code}); Baton looked for ${path}, ${advice}` }
}
