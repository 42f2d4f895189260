import { Button } from '#components/button.tsx'
import type { Look } from '#lib/pages/look.ts'
import type { PreviewView } from '#lib/pages/page.ts'

const field = 'min-h-11 rounded-xl border border-line bg-panel px-3'

/** Every page in every state, for developers: in a language, a colour scheme and a width. */
export function Preview({ samples, shown, languages, ...chosen }: PreviewView & Pick<Look, 'languages'>) {
  const { shownIn, schemes, width } = chosen
  const looks = shownIn.flatMap((language) =>
    schemes.map((scheme) => String(new URLSearchParams({ ui_locales: language, scheme }))),
  )
  const found = samples.filter((name) => name.includes(shown))
  return (
    <div lang="en" dir="ltr" className="flex flex-col gap-6">
      <h1 className="font-semibold text-2xl tracking-tight">Preview</h1>
      <p className="text-soft">
        Every page in every state, with names that nobody has. What their forms send is refused.
      </p>
      <form method="get" action="/preview" className="flex flex-wrap items-end gap-4">
        <Choice
          label="Language"
          name="language"
          value={shownIn.length > 1 ? 'all' : String(shownIn)}
          options={[...languages.map(({ language, name }) => [language, name] as const), ['all', 'all']]}
        />
        <Choice
          label="Colours"
          name="scheme"
          value={schemes.length > 1 ? 'both' : String(schemes)}
          options={['light', 'dark', 'both'].map((scheme) => [scheme, scheme])}
        />
        <Choice
          label="Width"
          name="width"
          value={String(width)}
          options={['320', '390', '768', '1280'].map((width) => [width, `${width} pixels`])}
        />
        <label className="flex flex-col gap-1.5">
          <span className="font-medium text-sm">Name has</span>
          <input name="shown" defaultValue={shown} placeholder="handoff" className={field} />
        </label>
        <Button type="submit">Show</Button>
      </form>
      {found.length === 0 && <p role="status">No page has “{shown}” in its name.</p>}
      <ul className="flex flex-col gap-8">
        {found.map((name) => (
          <li key={name} className="flex min-w-0 flex-col gap-2">
            <h2 className="font-mono text-sm">{name}</h2>
            <div className="flex gap-4 overflow-x-auto">
              {looks.map((look) => (
                <figure key={look} className="flex shrink-0 flex-col gap-1">
                  <a href={`/preview/${name}?${look}`} className="text-accent text-sm">
                    <span className="sr-only">{name}, </span>
                    {look.replace('ui_locales=', '').replace('&scheme=', ', ')}
                  </a>
                  <iframe
                    src={`/preview/${name}?${look}`}
                    title={`${name}, ${look}`}
                    loading="lazy"
                    width={width}
                    height={760}
                    className="rounded-xl border border-line"
                  />
                </figure>
              ))}
            </div>
          </li>
        ))}
      </ul>
    </div>
  )
}

type ChoiceProps = { label: string; name: string; value: string; options: (readonly [string, string])[] }

function Choice({ label, name, value, options }: ChoiceProps) {
  return (
    <label className="flex flex-col gap-1.5">
      <span className="font-medium text-sm">{label}</span>
      <select name={name} defaultValue={value} className={field}>
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
}
